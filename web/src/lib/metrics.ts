// The few lines of the Prometheus text format that the page shows.
export interface ProcessFacts {
  program?: string;
  version?: string;
  startedAt?: number; // ms since 1970
  values: Record<string, number>; // by name, series of one name added up
}

const LINE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})?\s+(\S+)/;

export function readMetrics(text: string): ProcessFacts {
  const facts: ProcessFacts = { values: {} };
  for (const line of text.split("\n")) {
    const match = line.startsWith("#") ? null : LINE.exec(line);
    if (!match) continue;
    const [, name = "", labels = "", value = ""] = match;
    facts.values[name] = (facts.values[name] ?? 0) + Number(value);
    if (name === "invoicing_build_info") {
      facts.program = /program="([^"]*)"/.exec(labels)?.[1];
      facts.version = /version="([^"]*)"/.exec(labels)?.[1];
    }
    if (name === "process_start_time_seconds") facts.startedAt = Number(value) * 1000;
  }
  return facts;
}
