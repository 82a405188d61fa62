// The same table and the same indexes as our store has, durable before the answer: WAL,
// synchronous=FULL, a transaction a request. It keeps no sums of its sales, as ours does.

import { Injectable } from '@nestjs/common';
import Database from 'better-sqlite3';
import { createHash, randomBytes } from 'node:crypto';
import { NewInvoice } from './new_invoice';

const SCHEMA = `
CREATE TABLE IF NOT EXISTS invoices (
  seq INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, customer TEXT NOT NULL, amount_minor INTEGER NOT NULL,
  currency TEXT NOT NULL, reference TEXT NOT NULL, date INTEGER NOT NULL, recorded_at INTEGER NOT NULL,
  created_by TEXT NOT NULL, voided INTEGER NOT NULL DEFAULT 0, voided_at INTEGER, voided_by TEXT, void_reason TEXT,
  request_hash BLOB NOT NULL, json TEXT NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS invoices_by_date ON invoices (date, id, voided, currency, amount_minor, recorded_at);
CREATE INDEX IF NOT EXISTS invoices_by_recorded_at ON invoices (recorded_at, id);
CREATE INDEX IF NOT EXISTS invoices_by_customer ON invoices (customer, date, id);
CREATE INDEX IF NOT EXISTS invoices_by_reference ON invoices (reference, date, id);
CREATE INDEX IF NOT EXISTS invoices_voided ON invoices (date, id) WHERE voided = 1;
CREATE TABLE IF NOT EXISTS items (
  invoice INTEGER NOT NULL REFERENCES invoices (seq), line INTEGER NOT NULL, sku TEXT NOT NULL,
  qt_milli INTEGER NOT NULL, PRIMARY KEY (invoice, line)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sku_seconds (
  sku TEXT NOT NULL, second INTEGER NOT NULL, PRIMARY KEY (sku, second)) STRICT, WITHOUT ROWID;
`;

export interface StoredInvoice { id: string; json: string; }

@Injectable()
export class InvoiceStore {
  private readonly database = new Database(process.env.DATABASE ?? 'invoices.db');
  private readonly process = randomBytes(5);
  private count = 0;
  private readonly insertAll: (invoice: NewInvoice, id: Buffer, now: number, json: string) => void;

  constructor() {
    this.database.pragma('journal_mode = WAL');
    this.database.pragma('synchronous = FULL');
    this.database.pragma('wal_autocheckpoint = 20000');
    this.database.pragma('foreign_keys = ON');
    this.database.exec(SCHEMA);
    const invoices = this.database.prepare(
      `INSERT INTO invoices (id, customer, amount_minor, currency, reference, date, recorded_at, created_by,
                             request_hash, json) VALUES (?, ?, ?, ?, ?, ?, ?, '', ?, ?)`);
    const items = this.database.prepare('INSERT INTO items VALUES (?, ?, ?, ?)');
    const seconds = this.database.prepare('INSERT INTO sku_seconds VALUES (?, ?) ON CONFLICT DO NOTHING');
    this.insertAll = this.database.transaction((invoice: NewInvoice, id: Buffer, now: number, json: string) => {
      const date = invoice.date ? Date.parse(invoice.date) : now;
      const hash = createHash('sha256').update(JSON.stringify(invoice)).digest();
      const { lastInsertRowid } = invoices.run(id, invoice.customer, BigInt(Math.round(invoice.amount * 100)),
        invoice.currency ?? 'USD', invoice.reference, BigInt(date), BigInt(now), hash, json);
      invoice.items.forEach((item, line) => {
        items.run(lastInsertRowid, BigInt(line), item.sku, BigInt(Math.round(item.qt * 1000)));
        seconds.run(item.sku, BigInt(Math.floor(date / 1000)));
      });
    }).immediate;
  }

  insert(invoice: NewInvoice): StoredInvoice {
    const now = Date.now();
    const id = this.nextId(now);
    const hex = id.toString('hex');
    const document = {
      id: hex, _id: hex, customer: invoice.customer, amount: 0, currency: invoice.currency ?? 'USD',
      reference: invoice.reference, date: new Date(invoice.date ?? now).toISOString(), items: invoice.items,
      status: 'issued', metadata: invoice.metadata ?? {}, recordedAt: new Date(now).toISOString(),
    };
    // A JSON number of JavaScript drops the last zero of 12.50.
    const json = JSON.stringify(document).replace('"amount":0', `"amount":${invoice.amount.toFixed(2)}`);
    this.insertAll(invoice, id, now, json);
    return { id: hex, json };
  }

  private nextId(now: number): Buffer {
    const id = Buffer.allocUnsafe(12);
    id.writeUInt32BE(Math.floor(now / 1000), 0);
    this.process.copy(id, 4);
    this.count = (this.count + 1) & 0xffffff;
    id.writeUIntBE(this.count, 9, 3);
    return id;
  }
}
