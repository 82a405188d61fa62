import { describe, expect, it } from "vitest";
import { Problem } from "../src/api/client";
import type { ImportResult } from "../src/api/types";
import { importLines, pieces, readFileLines, type FileLine, type LineResult } from "../src/lib/import";

const bytes = (text: string) => new TextEncoder().encode(text);
const away = new Problem("unreachable", "", "", 0);

/** A server that stores lines by key; each call may be told to fail before or after it has stored. */
class Store {
  byKey = new Map<string, string>();
  calls = 0;
  constructor(private readonly faults: Record<number, "before" | "after"> = {}) {}
  send = async (lines: string): Promise<ImportResult[]> => {
    const fault = this.faults[++this.calls];
    if (fault === "before") throw away;
    const results = lines.trimEnd().split("\n").map((text, index): ImportResult => {
      const key = (/"idempotencyKey":"([^"]+)"/.exec(text) ?? [])[1];
      if (!key || text.includes("bad")) {
        return { line: index + 1, status: "failed", code: "validation_failed", detail: "no" };
      }
      const status = this.byKey.has(key) ? "replayed" : "created";
      this.byKey.set(key, text);
      return { line: index + 1, status, id: `id-${key}` };
    });
    if (fault === "after") throw away;
    return results;
  };
}

async function run(lines: FileLine[], send: Store["send"]) {
  const results: LineResult[] = [];
  const pauses: number[] = [];
  await importLines(lines, {
    send, onResults: (some) => results.push(...some), onWaiting: () => undefined,
    pause: async (ms) => void pauses.push(ms), signal: new AbortController().signal,
  });
  return { results, pauses };
}

const line = (name: string) => `{"customer":"${name}","amount":1.10}`;

describe("an import", () => {
  it("gives every line a result under the number that it has in the file", async () => {
    const lines = readFileLines("a.ndjson", bytes(`${line("a")}\n\n${line("bad")}\r\n${line("c")}`));
    const { results } = await run(lines, new Store().send);
    expect(results.map((each) => [each.line, each.status])).toEqual([[1, "created"], [3, "failed"], [4, "created"]]);
    expect(results[1]!.original).toBe(line("bad"));
  });

  it("doubles nothing when the answer to a piece is lost, and loses nothing when the server is away", async () => {
    const text = Array.from({ length: 1200 }, (_, index) => line(`n${index}`)).join("\n");
    const store = new Store({ 1: "before", 2: "after", 4: "after" });
    const { results, pauses } = await run(readFileLines("a.ndjson", bytes(text)), store.send);
    expect(store.byKey.size).toBe(1200);
    expect(results).toHaveLength(1200);
    expect(pauses.length).toBe(3);
  });

  it("stores the same file once, however often it is dropped", async () => {
    const store = new Store();
    const file = bytes(`${line("a")}\n${line("a")}\n`);
    await run(readFileLines("a.ndjson", file), store.send);
    const { results } = await run(readFileLines("a.ndjson", file), store.send);
    expect(store.byKey.size).toBe(2);
    expect(results.every((each) => each.status === "replayed")).toBe(true);
  });

  it("tries again what may succeed later, and only that", async () => {
    let calls = 0;
    const send = async (lines: string): Promise<ImportResult[]> => lines.trimEnd().split("\n").map((_, index) => (
      ++calls === 2 ? { line: index + 1, status: "failed", code: "storage_full", detail: "full" }
        : { line: index + 1, status: "created", id: String(calls) }));
    const { results } = await run(readFileLines("a.ndjson", bytes(`${line("a")}\n${line("b")}\n${line("c")}`)), send);
    expect(results.map((each) => each.line)).toEqual([1, 3, 2]);
    expect(calls).toBe(4);
  });

  it("ends at a problem that waiting does not mend", async () => {
    const refused = new Problem("forbidden", "", "", 403);
    await expect(run(readFileLines("a.ndjson", bytes(line("a"))), async () => { throw refused; })).rejects.toBe(refused);
  });

  it("keeps a key that is there, and leaves what is no JSON to the server", () => {
    const [own, broken, empty] = readFileLines("a.ndjson", bytes('{"idempotencyKey":"k","a":1}\n{"a":\n{}'));
    expect(own!.text).toBe('{"idempotencyKey":"k","a":1}');
    expect(broken!.text).toBe('{"a":');
    expect(empty!.text).toMatch(/^\{"idempotencyKey":"file-[0-9a-f]{32}-3"\}$/);
  });

  it("cuts pieces by lines and by bytes", () => {
    const of = (length: number, count: number) => Array.from({ length: count }, (_, index) => ({
      line: index + 1, original: "", text: "x".repeat(length) }));
    expect(pieces(of(10, 1001)).map((piece) => piece.length)).toEqual([500, 500, 1]);
    expect(pieces(of(300_000, 3)).map((piece) => piece.length)).toEqual([1, 1, 1]);
  });

  it("says in words that a file cannot be read", () => {
    expect(() => readFileLines("a.csv", new Uint8Array([0xff, 0xfe]))).toThrow(/UTF-8/);
  });
});
