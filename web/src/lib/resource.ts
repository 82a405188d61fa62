// Something that is read from the API and read again when it may have changed.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { Problem } from "../api/client";
import { useReader } from "../api/session";

export interface Resource<T> {
  data?: T;
  problem?: Problem;
  reload: () => void;
}

export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return new Problem("page_fault", "This page has a fault", String(error), -1);
}

// A service that needs long for an answer is asked less often: never more than a third of the time.
const PAUSE_PER_DURATION = 2;

/**
 * Reads when `key` changes and again when `version` does or somebody has logged in. What was read for this key stays on the screen meanwhile,
 * and while a reading fails.
 */
export function useResource<T>(key: string, load: (signal: AbortSignal) => Promise<T>, version = 0): Resource<T> {
  const [state, setState] = useState<{ key: string; data?: T; problem?: Problem }>({ key });
  const [asked, setAsked] = useState(0);
  const { turn } = useReader();
  const pauseUntil = useRef(0);
  const loader = useRef(load);
  loader.current = load;

  useEffect(() => {
    const control = new AbortController();
    const wait = setTimeout(() => {
      const begin = performance.now();
      loader.current(control.signal).then(
        (data) => !control.signal.aborted && setState({ key, data }),
        (error) => !control.signal.aborted && setState((before) => ({
          key, data: before.key === key ? before.data : undefined, problem: asProblem(error),
        })),
      ).finally(() => {
        const end = performance.now();
        pauseUntil.current = end + PAUSE_PER_DURATION * (end - begin);
      });
    }, state.key === key && state.data !== undefined ? Math.max(0, pauseUntil.current - performance.now()) : 0);
    return () => {
      clearTimeout(wait);
      control.abort();
    };
  }, [key, version, asked, turn]);

  const reload = useCallback(() => setAsked((before) => before + 1), []);
  return state.key === key ? { data: state.data, problem: state.problem, reload } : { reload };
}

/** The present time, anew every `everyMs`. */
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
