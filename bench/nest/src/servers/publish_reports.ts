// The generator's part of the original: each report is emitted, and the next only once the broker has confirmed it.
// usage: node publish_reports.js URI QUEUE COUNT FILE   (FILE holds the `data` of a report); prints reports a second.

import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { ClientProxyFactory, Transport } from '@nestjs/microservices';
import { readFileSync } from 'node:fs';
import { lastValueFrom } from 'rxjs';

// Only the rate goes to standard output.
Logger.overrideLogger(['error', 'warn']);

async function main([uri, queue, count, file]: string[]): Promise<void> {
  const client = ClientProxyFactory.create({
    transport: Transport.RMQ,
    options: { urls: [uri], queue, queueOptions: { durable: true }, persistent: true },
  });
  const report: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const emit = (): Promise<unknown> => lastValueFrom(client.emit('daily_sales_report', report), { defaultValue: null });
  await client.connect();
  await emit();
  const begin = process.hrtime.bigint();
  for (let i = 1; i < Number(count); i++) await emit();
  const seconds = Number(process.hrtime.bigint() - begin) / 1e9;
  console.log((Number(count) - 1) / seconds);
  await client.close();
}

void main(process.argv.slice(2));
