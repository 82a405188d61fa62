// The invoice as the NestJS original declares it, on the real mongoose.
// usage: node original.js URI read|write|update ID   (URI with the database)
const mongoose = require('mongoose');

const Item = new mongoose.Schema({ sku: { type: String, required: true }, qt: { type: Number, required: true } });
const Invoice = new mongoose.Schema({
  customer: { type: String, required: true },
  amount: { type: Number, required: true },
  reference: { type: String, required: true },
  date: { type: Date, default: Date.now },
  items: { type: [Item], default: [] },
});

/** Every invoice by _id, validated, as the original would answer it. */
async function read(Invoices) {
  const found = await Invoices.find().sort({ _id: 1 });
  for (const invoice of found) await invoice.validate();
  return found.map((invoice) => invoice.toObject());
}

async function write(Invoices) {
  const date = new Date('2026-11-22T10:30:00Z');
  const invoices = [
    { customer: 'Ada', amount: 100.1, reference: 'N-1', date, items: [{ sku: 'DG334', qt: 2 }, { sku: 'DG335', qt: 0.1 }] },
    { customer: 'Bo', amount: 7, reference: 'N-2', date, items: [] },
    { customer: 'Cy', amount: 0.1 + 0.2, reference: 'N-3', date, items: [{ sku: 'DG334', qt: 1.5 }] },
  ];
  return (await Invoices.create(invoices)).map((invoice) => invoice._id);
}

/** The original changes a field of one of ours and saves it. */
async function update(Invoices, id) {
  const invoice = await Invoices.findById(id);
  invoice.customer = 'Renamed by the original';
  await invoice.save();
  return id;
}

async function main([uri, action, id]) {
  // As the original: no index, no autoCreate of its own.
  await mongoose.connect(uri, { autoIndex: false, autoCreate: false });
  const Invoices = mongoose.model('Invoice', Invoice, 'invoices');
  const answer = await { read, write, update }[action](Invoices, id);
  console.log(JSON.stringify(answer));
  await mongoose.disconnect();
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error);
  process.exit(1);
});
