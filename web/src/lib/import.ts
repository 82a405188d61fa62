// A file of invoices in pieces that each are one POST /invoices/import. Every line has a key that derives from the
// file's content and its place in it: what was cut off is sent again, and the same file twice, without doubling.
import { sha256 } from "@noble/hashes/sha2";
import { bytesToHex } from "@noble/hashes/utils";
import { Problem } from "../api/client";
import { readJson, writeJson } from "../api/json";
import type { ImportResult } from "../api/types";
import { readCsv } from "./csv";

const LINES_PER_PIECE = 500;
const BYTES_PER_PIECE = 512 * 1024;
const KEY = "idempotencyKey";

export interface FileLine {
  line: number; // of the file, from 1
  original: string; // as it stood there; of a CSV file the invoice as JSON
  text: string; // what is sent
}

/** Lines ready to send. Throws an Error with a sentence for the reader. */
export function readFileLines(name: string, bytes: Uint8Array): FileLine[] {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Error("The file is not UTF-8. Save it as UTF-8 and drop it again.");
  }
  const prefix = `file-${bytesToHex(sha256(bytes)).slice(0, 32)}`;
  if (/\.csv$/i.test(name)) {
    return readCsv(text).map(({ line, invoice }) => {
      const sent = KEY in invoice ? invoice : { [KEY]: `${prefix}-${line}`, ...invoice };
      return { line, original: writeJson(invoice), text: writeJson(sent) };
    });
  }
  return text.split(/\r?\n/).flatMap((original, index) => (original.trim() === "" ? []
    : [{ line: index + 1, original, text: withKey(original, `${prefix}-${index + 1}`) }]));
}

/** The line with a key, if it is an object that has none. What is no JSON goes as it is: the server names the fault. */
function withKey(original: string, key: string): string {
  const trimmed = original.trim();
  try {
    const value = readJson<unknown>(trimmed);
    if (typeof value !== "object" || value === null || Array.isArray(value) || KEY in value) return trimmed;
    const rest = trimmed.slice(1).trimStart();
    return `{"${KEY}":"${key}"${rest.startsWith("}") ? "" : ","}${rest}`;
  } catch {
    return trimmed.replace(/[\r\n]/g, " ");
  }
}

export function pieces(lines: FileLine[]): FileLine[][] {
  const result: FileLine[][] = [];
  let bytes = 0;
  for (const line of lines) {
    const last = result[result.length - 1];
    if (!last || last.length >= LINES_PER_PIECE || bytes + line.text.length > BYTES_PER_PIECE) {
      result.push([line]);
      bytes = line.text.length;
    } else {
      last.push(line);
      bytes += line.text.length;
    }
  }
  return result;
}

export interface LineResult extends ImportResult {
  original: string;
}

export interface ImportDoors {
  send: (lines: string, signal: AbortSignal) => Promise<ImportResult[]>;
  pause: (milliseconds: number) => Promise<void>;
  onResults: (results: LineResult[]) => void;
  onWaiting: (problem: Problem | undefined) => void; // the service is away; it goes on by itself
  signal: AbortSignal;
}

const PAUSES_MS = [500, 1000, 2000, 4000, 8000];

/** Sends every piece until each of its lines has a result; a service that is away is waited for. */
export async function importLines(lines: FileLine[], doors: ImportDoors): Promise<void> {
  for (const piece of pieces(lines)) {
    let open = piece;
    for (let attempt = 0; open.length > 0; ++attempt) {
      doors.signal.throwIfAborted();
      try {
        const results = await doors.send(`${open.map((line) => line.text).join("\n")}\n`, doors.signal);
        doors.onWaiting(undefined);
        const done = results.flatMap((result) => {
          const line = open[result.line - 1];
          return line ? [{ ...result, line: line.line, original: line.original }] : [];
        });
        // What may succeed later is tried again with the rest.
        const again = new Set(done.filter((result) => isPassing(result)).map((result) => result.line));
        doors.onResults(done.filter((result) => !again.has(result.line)));
        const settled = new Set(done.filter((result) => !again.has(result.line)).map((result) => result.line));
        if (settled.size > 0) attempt = -1;
        open = open.filter((line) => !settled.has(line.line));
        if (open.length > 0 && settled.size > 0) continue;
        if (open.length === 0) break;
      } catch (error) {
        if (!(error instanceof Problem) || !error.passing) throw error;
        doors.onWaiting(error);
      }
      await doors.pause(PAUSES_MS[Math.min(attempt, PAUSES_MS.length - 1)]!);
    }
  }
}

const PASSING = new Set(["storage_unavailable", "outcome_unknown", "clock_skewed", "shutting_down", "storage_full"]);

function isPassing(result: ImportResult): boolean {
  return result.status === "failed" && PASSING.has(result.code ?? "");
}
