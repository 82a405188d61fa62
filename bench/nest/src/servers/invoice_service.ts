// POST /invoices and GET /invoices/{id} with the promise and the answers of ours: checked, stored by w: majority and
// journal, the whole invoice back. Started with MONGO_URI and PORT; MAKE_INDEXES=false where
// they are there.

import 'reflect-metadata';
import { Body, Controller, Get, Module, NotFoundException, Param, Post, Res, ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { InjectModel, MongooseModule, getModelToken } from '@nestjs/mongoose';
import { NestExpressApplication } from '@nestjs/platform-express';
import { Model, Types } from 'mongoose';
import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { NewInvoice } from '../new_invoice';
import { Invoice, InvoiceSchema } from './invoice.schema';

/** As our service answers it; a JSON number of JavaScript drops the last zero of 12.50. */
function answerOf(invoice: Invoice): string {
  const id = invoice._id.toHexString();
  const { customer, currency, reference, status } = invoice;
  const document = {
    id, _id: id, customer, amount: 0, currency, reference, date: invoice.date.toISOString(),
    items: invoice.items.map(({ sku, qt }) => ({ sku, qt })), status,
    metadata: Object.fromEntries(invoice.metadata.map(({ key, value }) => [key, value])),
    recordedAt: invoice.recordedAt.toISOString(),
  };
  return JSON.stringify(document).replace('"amount":0', `"amount":${invoice.amount.toFixed(2)}`);
}

function documentOf(request: NewInvoice): Invoice {
  const now = new Date();
  return {
    _id: new Types.ObjectId(), customer: request.customer, amount: request.amount,
    amountMinor: BigInt(Math.round(request.amount * 100)), currency: request.currency ?? 'USD',
    reference: request.reference, date: request.date ? new Date(request.date) : now,
    items: request.items.map(({ sku, qt }) => ({ sku, qt, qtMilli: BigInt(Math.round(qt * 1000)) })),
    status: 'issued', metadata: Object.entries(request.metadata ?? {}).map(([key, value]) => ({ key, value })),
    recordedAt: now, createdBy: null, voidedAt: null, voidedBy: null, voidReason: null,
    requestHash: createHash('sha256').update(JSON.stringify(request)).digest(),
  };
}

@Controller('invoices')
class InvoiceController {
  constructor(@InjectModel(Invoice.name) private readonly invoices: Model<Invoice>) {}

  @Post()
  async create(@Body() request: NewInvoice, @Res() response: ServerResponse): Promise<void> {
    const invoice = documentOf(request);
    await this.invoices.create(invoice);
    this.answer(response, 201, invoice, { Location: `/invoices/${invoice._id.toHexString()}` });
  }

  @Get(':id')
  async read(@Param('id') id: string, @Res() response: ServerResponse): Promise<void> {
    // Without the document objects of mongoose, which cost more than the query.
    const invoice = await this.invoices.findById(id).lean<Invoice>().exec();
    if (!invoice) throw new NotFoundException();
    this.answer(response, 200, invoice, {});
  }

  private answer(response: ServerResponse, status: number, invoice: Invoice, headers: Record<string, string>): void {
    const json = answerOf(invoice);
    response.writeHead(status, {
      'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(json),
      ETag: `"${invoice._id.toHexString()}-1"`, ...headers,
    });
    response.end(json);
  }
}

@Module({
  imports: [
    // As many connections as our service has, and what it asks of every write.
    MongooseModule.forRoot(process.env.MONGO_URI ?? '', {
      maxPoolSize: 16, retryWrites: false, writeConcern: { w: 'majority', j: true, wtimeout: 5000 },
    }),
    MongooseModule.forFeature([{ name: Invoice.name, schema: InvoiceSchema }]),
  ],
  controllers: [InvoiceController],
})
class AppModule {}

async function main(): Promise<void> {
  const app = await NestFactory.create<NestExpressApplication>(AppModule, { logger: ['error'] });
  app.disable('x-powered-by');
  app.useGlobalPipes(new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true, transform: true }));
  if (process.env.MAKE_INDEXES !== 'false') {
    await app.get<Model<Invoice>>(getModelToken(Invoice.name)).ensureIndexes();
  }
  await app.listen(Number(process.env.PORT), '127.0.0.1');
}

void main();
