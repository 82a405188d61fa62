// What api/openapi.yaml says, as far as the page reads it. Amounts and quantities stay the text that they were.
import type { Decimal } from "../lib/decimal";

export interface CurrencyTotal {
  currency: string;
  invoices: number;
  amount: Decimal;
  voids: number;
}

export interface SkuQuantity {
  sku: string;
  qt: Decimal;
}

export interface Correction {
  number: number;
  businessDay: string | null;
  from: string | null;
  to: string;
  totals: CurrencyTotal[];
  skuQuantities: SkuQuantity[];
}

export interface ComparedDay {
  number: number;
  businessDay: string;
  totals: CurrencyTotal[];
}

export interface ReportFigures {
  number: number;
  businessDay: string;
  from: string;
  to: string;
  timeZone: string;
  cutOff: string;
  generatedAt: string;
  currency: string;
  totalSales: Decimal;
  totalSkuQuantities: SkuQuantity[];
  totals: CurrencyTotal[];
  corrections: Correction[];
  openingBalance: Correction | null;
  comparisons: { previousDay: ComparedDay | null; sameWeekdayLastWeek: ComparedDay | null };
}

export type Scope = "invoices:read" | "invoices:write" | "reports:read" | "reports:manage" | "metrics:read";

export interface Session {
  by: string | null; // null where nobody is asked who they are
  name: string | null;
  scopes: Scope[];
  expiresAt: string | null;
}

export type DeliveryState = "sealed" | "published" | "done" | "dead";

export interface Recipient {
  address: string;
  state: "waiting" | "sent" | "refused" | "dropped";
  attempts: number;
  lastError: string | null;
  sentAt: string | null;
}

export interface Delivery {
  state: DeliveryState;
  messageId: string;
  sends: number;
  attempts: number;
  lastError: string | null;
  sealedAt: string;
  publishedAt: string | null;
  doneAt: string | null;
  recipients: Recipient[];
}

export interface StoredReport extends ReportFigures {
  reportId: string;
  delivery: Delivery;
}

export interface DeadLetter {
  messageId: string;
  businessDay: string | null; // null: a preview, or no report of ours
  since: string;
  attempts: number;
  reason: string;
}

export interface ReportSummary {
  reportId: string;
  number: number;
  businessDay: string;
  from: string;
  to: string;
  timeZone: string;
  cutOff: string;
  generatedAt: string;
  currency: string;
  totalSales: Decimal;
  totals: CurrencyTotal[];
  correctionCount: number;
  deliveryState: DeliveryState;
}

export interface DayByHour {
  businessDay: string;
  from: string;
  to: string;
  soFar: CurrencyTotal[];
  hours: { from: string; totals: CurrencyTotal[] }[];
}

export interface RunningHours {
  generatedAt: string;
  timeZone: string;
  currency: string;
  today: DayByHour;
  previousDay: DayByHour;
  sameWeekdayLastWeek: DayByHour;
}

export interface Item {
  sku: string;
  qt: Decimal;
}

export interface Invoice {
  id: string;
  customer: string;
  amount: Decimal;
  currency: string;
  reference: string;
  date: string;
  items: Item[];
  status: "issued" | "void";
  metadata: Record<string, string>;
  recordedAt: string;
  createdBy?: string;
  voidedAt?: string;
  voidedBy?: string;
  voidReason?: string;
}

export interface Fault {
  pointer?: string;
  parameter?: string;
  code: string;
  detail: string;
}

export interface ImportResult {
  line: number;
  status: "created" | "replayed" | "failed";
  id?: string;
  code?: string;
  detail?: string;
  errors?: Fault[];
}

export interface Readiness {
  status: "ready" | "not_ready";
  missing: { name: string; detail: string }[];
}
