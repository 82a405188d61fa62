// The document as our service writes it, with its indexes (docs/reference/documents.md).

import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';

@Schema({ _id: false })
class Item {
  @Prop({ required: true }) sku: string;
  @Prop({ required: true }) qt: number;
  @Prop({ required: true, type: BigInt }) qtMilli: bigint;
}

@Schema({ collection: 'invoices', autoCreate: true, autoIndex: false })
export class Invoice {
  _id: Types.ObjectId;
  @Prop({ required: true }) customer: string;
  @Prop({ required: true }) amount: number;
  @Prop({ required: true, type: BigInt }) amountMinor: bigint;
  @Prop({ required: true }) currency: string;
  @Prop({ required: true }) reference: string;
  @Prop({ required: true }) date: Date;
  @Prop({ required: true, type: [SchemaFactory.createForClass(Item)] }) items: Item[];
  @Prop({ required: true }) status: string;
  @Prop({ type: [{ _id: false, key: String, value: String }] }) metadata: { key: string; value: string }[];
  @Prop({ required: true }) recordedAt: Date;
  @Prop({ type: String, default: null }) createdBy: string | null;
  @Prop({ type: Date, default: null }) voidedAt: Date | null;
  @Prop({ type: String, default: null }) voidedBy: string | null;
  @Prop({ type: String, default: null }) voidReason: string | null;
  @Prop({ required: true }) requestHash: Buffer;
}

export const InvoiceSchema = SchemaFactory.createForClass(Invoice);

const onlyVoid = { partialFilterExpression: { status: 'void' } };
InvoiceSchema.index({ date: 1, _id: 1 }, { name: 'by_date' });
InvoiceSchema.index({ customer: 1, date: 1, _id: 1 }, { name: 'by_customer' });
InvoiceSchema.index({ reference: 1, date: 1, _id: 1 }, { name: 'by_reference' });
InvoiceSchema.index({ 'items.sku': 1, date: 1, _id: 1 }, { name: 'by_sku' });
InvoiceSchema.index({ currency: 1, date: 1, _id: 1 }, { name: 'by_currency' });
InvoiceSchema.index({ status: 1, date: 1, _id: 1 }, { name: 'voids_by_date', ...onlyVoid });
InvoiceSchema.index({ recordedAt: 1, _id: 1, date: 1 }, { name: 'by_recorded_at' });
InvoiceSchema.index({ voidedAt: 1, _id: 1, date: 1 }, { name: 'voids_by_voided_at', ...onlyVoid });
