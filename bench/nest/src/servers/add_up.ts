// What a generator on mongoose does at the end of a day: reads its invoices one after the other, and adds them up.
// usage: node add_up.js URI BEGIN   (the day is the 24 hours from BEGIN on)

import { connect, disconnect, model } from 'mongoose';
import { Invoice, InvoiceSchema } from './invoice.schema';

async function main([uri, begin]: string[]): Promise<void> {
  await connect(uri, { autoIndex: false, autoCreate: false });
  const from = new Date(begin);
  const to = new Date(from.getTime() + 24 * 3600 * 1000);
  let totalSales = 0;
  const quantities = new Map<string, number>();
  const invoices = model(Invoice.name, InvoiceSchema).find({ date: { $gte: from, $lt: to }, status: { $ne: 'void' } });
  for await (const invoice of invoices.select('amount items.sku items.qt').lean().cursor()) {
    totalSales += invoice.amount;
    for (const { sku, qt } of invoice.items) quantities.set(sku, (quantities.get(sku) ?? 0) + qt);
  }
  console.log(JSON.stringify({ totalSales, skus: quantities.size }));
  await disconnect();
}

void main(process.argv.slice(2));
