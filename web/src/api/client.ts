// The one way to the API. Everything that fails becomes a Problem with words that a reader can act on.
import { readJson, writeJson } from "./json";
import type { DeadLetter, Delivery, Fault, ImportResult, Invoice, Readiness, ReportFigures, ReportSummary, RunningHours,
              Session, StoredReport } from "./types";

export class Problem extends Error {
  constructor(readonly code: string, readonly title: string, readonly detail: string,
              readonly status: number, readonly faults: Fault[] = [], readonly retryAfterSeconds = 0) {
    super(detail);
  }

  /** Nothing was answered: the request may or may not have arrived. */
  get unanswered(): boolean {
    return this.status === 0;
  }

  /** The same request may succeed later. */
  get passing(): boolean {
    return this.unanswered || this.status === 503 || this.status === 507 || this.status === 408;
  }
}

export interface Page<T> {
  entries: T[];
  next?: string; // the address of the page after this one
}

function unreachable(): Problem {
  return new Problem("unreachable", "The service does not answer",
                     "It may be starting again, or the network is away. Nothing that you typed is lost.", 0);
}

async function problemOf(response: Response): Promise<Problem> {
  const after = Number(response.headers.get("Retry-After") ?? "0") || 0;
  try {
    const body = readJson<{ code: string; title: string; detail?: string; errors?: Fault[] }>(await response.text());
    if (!body.code) throw new Error("no problem document");
    return new Problem(body.code, body.title, body.detail ?? "", response.status, body.errors, after);
  } catch {
    return new Problem("unreadable", `The answer was ${response.status}`,
                       "Something between this page and the service answered in its place.", response.status, [],
                       after);
  }
}

let unauthorized = () => {};

/** Called whenever an answer says that nobody is logged in. */
export function onUnauthorized(listener: () => void): void {
  unauthorized = listener;
}

interface Ask {
  method?: string;
  body?: string;
  type?: string;
  key?: string;
  accept?: string;
  signal?: AbortSignal;
}

async function ask(path: string, how: Ask = {}): Promise<Response> {
  const headers: Record<string, string> = { Accept: how.accept ?? "application/json" };
  if (how.body !== undefined) headers["Content-Type"] = how.type ?? "application/json";
  if (how.key) headers["Idempotency-Key"] = how.key;
  let response: Response;
  try {
    response = await fetch(path, {
      method: how.method ?? "GET", headers, body: how.body, signal: how.signal, credentials: "same-origin",
      cache: "no-cache",
    });
  } catch (error) {
    if (how.signal?.aborted) throw error;
    throw unreachable();
  }
  if (response.status === 401) unauthorized();
  if (!response.ok) throw await problemOf(response);
  return response;
}

async function bodyOf(response: Response): Promise<string> {
  try {
    return await response.text();
  } catch {
    throw unreachable();
  }
}

async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return readJson<T>(await bodyOf(await ask(path, { signal })));
}

async function page<T>(path: string, signal?: AbortSignal): Promise<Page<T>> {
  const response = await ask(path, { signal });
  const next = /<([^>]+)>;\s*rel="next"/.exec(response.headers.get("Link") ?? "")?.[1];
  return { entries: readJson<T[]>(await bodyOf(response)), next };
}

const segment = encodeURIComponent;

export const api = {
  session: (signal?: AbortSignal) => get<Session>("/session", signal),
  async logIn(key: string): Promise<Session> {
    return readJson(await bodyOf(await ask("/session", { method: "POST", body: writeJson({ key }) })));
  },
  async logOut(): Promise<void> {
    await ask("/session", { method: "DELETE" });
  },

  runningDay: (signal?: AbortSignal) => get<ReportFigures>("/reports/current", signal),
  runningHours: (signal?: AbortSignal) => get<RunningHours>("/reports/current/hours", signal),
  reports: (limit: number, signal?: AbortSignal) => page<ReportSummary>(`/reports?limit=${limit}`, signal),
  report: (day: string, signal?: AbortSignal) => get<StoredReport>(`/reports/${segment(day)}`, signal),
  mailAddress: (day: string) => `/reports/${segment(day)}/mail`,
  jsonAddress: (day: string) => `/reports/${segment(day)}`,

  async resend(day: string): Promise<Delivery> {
    return readJson(await bodyOf(await ask(`/reports/${segment(day)}/resend`, { method: "POST" })));
  },

  deadLetters: (signal?: AbortSignal) => get<DeadLetter[]>("/dead-letters?limit=1000", signal),
  async settleDeadLetter(messageId: string, how: "requeue" | "drop"): Promise<DeadLetter> {
    return readJson(await bodyOf(await ask(`/dead-letters/${segment(messageId)}/${how}`, { method: "POST" })));
  },

  invoices: (query: Record<string, string>, signal?: AbortSignal) =>
    page<Invoice>(`/invoices?${new URLSearchParams(query)}`, signal),
  following: (address: string, signal?: AbortSignal) => page<Invoice>(address, signal),
  invoice: (id: string, signal?: AbortSignal) => get<Invoice>(`/invoices/${segment(id)}`, signal),

  /** The same key and the same invoice store it once, however often this is called. */
  async create(invoice: unknown, key: string): Promise<Invoice> {
    return readJson(await bodyOf(await ask("/invoices", { method: "POST", body: writeJson(invoice), key })));
  },

  async void(id: string, reason: string): Promise<Invoice> {
    const body = writeJson({ reason });
    return readJson(await bodyOf(await ask(`/invoices/${segment(id)}/void`, { method: "POST", body })));
  },

  async importLines(lines: string, signal?: AbortSignal): Promise<ImportResult[]> {
    const type = "application/x-ndjson";
    const answer = await bodyOf(await ask("/invoices/import", { method: "POST", body: lines, type, accept: type,
                                                                signal }));
    return answer.split("\n").filter(Boolean).map((line) => readJson<ImportResult>(line));
  },

  async readiness(signal?: AbortSignal): Promise<Readiness> {
    try {
      return await get<Readiness>("/readyz", signal);
    } catch (error) {
      // 503 with what is missing is an answer, not a failure.
      if (!(error instanceof Problem) || error.status !== 503) throw error;
      const response = await fetch("/readyz", { signal, cache: "no-cache" }).catch(() => undefined);
      if (!response) throw error;
      const body = readJson<Readiness>(await bodyOf(response));
      return body.missing ? body : { status: "not_ready", missing: [{ name: error.code, detail: error.detail }] };
    }
  },

  /** Nothing where the metrics are at another address. */
  async metrics(signal?: AbortSignal): Promise<string | undefined> {
    try {
      return await bodyOf(await ask("/metrics", { signal, accept: "text/plain" }));
    } catch (error) {
      if (error instanceof Problem && error.status === 404) return undefined;
      throw error;
    }
  },
};
