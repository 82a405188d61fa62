import { useEffect, useRef, useState } from "preact/hooks";
import { api, type Problem } from "../api/client";
import * as format from "../lib/format";
import { importLines, readFileLines, type LineResult } from "../lib/import";
import { asProblem } from "../lib/resource";
import { link } from "../lib/router";
import { download } from "../parts/download";
import { Scroll } from "../parts/scroll";
import { Fault, State } from "../parts/words";

const FAILED_SHOWN = 200;
const STORED_SHOWN = 50;

interface Progress {
  name: string;
  lines: number;
  done: number;
  created: number;
  replayed: number;
  failed: LineResult[];
  latest: LineResult[];
  state: "running" | "done" | "stopped";
  waiting?: Problem;
  problem?: Problem;
}

const IDLE: Progress = { name: "", lines: 0, done: 0, created: 0, replayed: 0, failed: [], latest: [], state: "done" };

export function Import() {
  const [progress, setProgress] = useState<Progress>(IDLE);
  const [unreadable, setUnreadable] = useState("");
  const [over, setOver] = useState(false);
  const control = useRef<AbortController>(undefined);
  useEffect(() => () => control.current?.abort(), []);
  const running = progress.state === "running";

  const take = async (file: File | undefined) => {
    if (!file || running) return;
    setUnreadable("");
    setProgress(IDLE);
    try {
      const lines = readFileLines(file.name, new Uint8Array(await file.arrayBuffer()));
      if (lines.length === 0) throw new Error("There is no line in the file.");
      control.current = new AbortController();
      setProgress({ ...IDLE, name: file.name, lines: lines.length, state: "running" });
      await run(lines, control.current.signal, setProgress);
    } catch (error) {
      setUnreadable(error instanceof Error ? error.message : String(error));
    }
  };

  return (
    <>
      <header class="head">
        <p class="quiet"><a href={link(["invoices"])}>Invoices</a> / Import</p>
        <h1>Import</h1>
      </header>
      <div class={over ? "drop over" : "drop"}
           onDragOver={(event) => { event.preventDefault(); setOver(true); }} onDragLeave={() => setOver(false)}
           onDrop={(event) => { event.preventDefault(); setOver(false); void take(event.dataTransfer?.files[0]); }}>
        <p><strong>Drop a file here</strong>, NDJSON (an invoice a line) or CSV (an item a row).</p>
        <label class="button">Choose a file
          <input type="file" class="hidden" accept=".ndjson,.jsonl,.csv,application/x-ndjson,text/csv" disabled={running}
                 onChange={(event) => { void take(event.currentTarget.files?.[0]); event.currentTarget.value = ""; }} />
        </label>
        <p class="quiet">The same file twice stores nothing twice. CSV needs the columns customer, amount, reference, sku, qt;
          date and currency may be there. Rows with the same reference that follow each other are one invoice.</p>
      </div>
      {unreadable && <p class="fault" role="alert">{unreadable}</p>}
      {progress.lines > 0 && <Result progress={progress} onStop={() => control.current?.abort()} />}
    </>
  );
}

type Set = (change: (before: Progress) => Progress) => void;

async function run(lines: Parameters<typeof importLines>[0], signal: AbortSignal, set: Set): Promise<void> {
  const count = (results: LineResult[], status: string) => results.filter((each) => each.status === status).length;
  try {
    await importLines(lines, {
      signal,
      send: api.importLines,
      pause: (milliseconds) => new Promise((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        signal.addEventListener("abort", () => { clearTimeout(timer); resolve(); }, { once: true });
      }),
      onWaiting: (waiting) => set((before) => ({ ...before, waiting })),
      onResults: (results) => set((before) => ({
        ...before,
        done: before.done + results.length,
        created: before.created + count(results, "created"),
        replayed: before.replayed + count(results, "replayed"),
        failed: [...before.failed, ...results.filter((each) => each.status === "failed")],
        latest: [...before.latest, ...results].slice(-STORED_SHOWN),
      })),
    });
    set((before) => ({ ...before, state: "done", waiting: undefined }));
  } catch (error) {
    set((before) => ({ ...before, state: "stopped", waiting: undefined,
                       problem: signal.aborted ? undefined : asProblem(error) }));
  }
}

function Result({ progress, onStop }: { progress: Progress; onStop: () => void }) {
  const { failed, state } = progress;
  const save = () => download(`failed-${progress.name.replace(/\.\w+$/, "")}.ndjson`, "application/x-ndjson",
                              failed.map((each) => `${each.original}\n`).join(""));
  return (
    <section aria-labelledby="result">
      <h2 id="result" class="breaks"><bdi>{progress.name}</bdi></h2>
      <progress max={progress.lines} value={progress.done} aria-label="Lines with a result" />
      <p role="status">
        {format.count(progress.done)} of {format.plural(progress.lines, "line")}:{" "}
        {format.count(progress.created)} stored, {format.count(progress.replayed)} were there already,{" "}
        {format.count(failed.length)} failed.
        {state === "stopped" && " Stopped; drop the same file again to go on where it stopped."}
        {state === "done" && " Done."}
      </p>
      {progress.waiting && <p class="fault" role="status">{progress.waiting.title}; it goes on by itself.</p>}
      {progress.problem && <Fault problem={progress.problem} />}
      <div class="actions start">
        {state === "running" && <button type="button" onClick={onStop}>Stop</button>}
        {failed.length > 0 && <button type="button" onClick={save}>Save the failed lines</button>}
      </div>
      {failed.length > 0 && <Lines title="Failed lines" results={failed.slice(0, FAILED_SHOWN)} />}
      {failed.length > FAILED_SHOWN && <p class="quiet">and {format.count(failed.length - FAILED_SHOWN)} more in the file.</p>}
      {progress.latest.length > 0 && <Lines title="The latest lines" results={[...progress.latest].reverse()} />}
    </section>
  );
}

function Lines({ title, results }: { title: string; results: LineResult[] }) {
  return (
    <>
      <h3>{title}</h3>
      <Scroll label={title}><table class="list">
        <thead><tr><th scope="col" class="number">Line</th><th scope="col">Result</th><th scope="col">What</th></tr></thead>
        <tbody>{results.map((result) => (
          <tr key={result.line}>
            <th scope="row" class="number">{format.count(result.line)}</th>
            <td><State state={result.status} /></td>
            <td class="breaks">{result.id ? <a href={link(["invoices", result.id])}>{result.id}</a>
              : result.errors?.map((fault) => `${fault.pointer ?? ""} ${fault.detail}`).join(" ") ?? result.detail}</td>
          </tr>
        ))}</tbody>
      </table></Scroll>
    </>
  );
}
