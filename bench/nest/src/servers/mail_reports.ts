// The email-sender's part of the original on nodemailer: one report after the other, acknowledged once the mail server
// has its mail. It keeps no ledger: a report that comes twice is mailed twice.
// usage: node mail_reports.js AMQP_URI QUEUE SMTP_PORT

import 'reflect-metadata';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Ctx, EventPattern, MicroserviceOptions, Payload, RmqContext, Transport } from '@nestjs/microservices';
import { createTransport } from 'nodemailer';

const [uri, queue, port] = process.argv.slice(2);

interface Report { businessDay: string; totalSales: number; totalSkuQuantities: { sku: string; qt: number }[]; }

@Controller()
class ReportController {
  private readonly mailer = createTransport({ host: '127.0.0.1', port: Number(port), secure: false, ignoreTLS: true });

  @EventPattern('daily_sales_report')
  async mail(@Payload() report: Report, @Ctx() context: RmqContext): Promise<void> {
    const rows = report.totalSkuQuantities.map(({ sku, qt }) => `${sku}: ${qt}`);
    await this.mailer.sendMail({
      from: 'sales@localhost', to: 'sales@localhost', subject: `Daily sales report ${report.businessDay}`,
      text: `Total sales: ${report.totalSales}\n${rows.join('\n')}\n`,
      html: `<h1>Total sales: ${report.totalSales}</h1><ul>${rows.map((row) => `<li>${row}</li>`).join('')}</ul>`,
    });
    context.getChannelRef().ack(context.getMessage());
  }
}

@Module({ controllers: [ReportController] })
class AppModule {}

async function main(): Promise<void> {
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(AppModule, {
    transport: Transport.RMQ, logger: ['error'],
    options: { urls: [uri], queue, noAck: false, prefetchCount: 1, queueOptions: { durable: true } },
  });
  await app.listen();
}

void main();
