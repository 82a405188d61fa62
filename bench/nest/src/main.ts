// POST /invoices with the promise and the answer of ours: checked, durable, the whole invoice back.

import 'reflect-metadata';
import { Body, Controller, Module, Post, Res, ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { NestExpressApplication } from '@nestjs/platform-express';
import type { ServerResponse } from 'node:http';
import { InvoiceStore } from './invoice_store';
import { NewInvoice } from './new_invoice';

@Controller('invoices')
class InvoiceController {
  constructor(private readonly store: InvoiceStore) {}

  @Post()
  create(@Body() invoice: NewInvoice, @Res() response: ServerResponse): void {
    const { id, json } = this.store.insert(invoice);
    response.writeHead(201, {
      'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(json), ETag: `"${id}-1"`,
      Location: `/invoices/${id}`,
    });
    response.end(json);
  }
}

@Module({ controllers: [InvoiceController], providers: [InvoiceStore] })
class AppModule {}

async function main(): Promise<void> {
  const app = await NestFactory.create<NestExpressApplication>(AppModule, { logger: ['error'] });
  app.disable('x-powered-by');
  app.useGlobalPipes(new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true, transform: true }));
  await app.listen(Number(process.env.PORT), '127.0.0.1');
}

void main();
