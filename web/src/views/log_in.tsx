import { useEffect, useRef, useState } from "preact/hooks";
import type { Problem } from "../api/client";
import { logIn } from "../api/session";
import { asProblem } from "../lib/resource";
import { Fault } from "../parts/words";

/**
 * Covers everything until somebody is logged in. What stands below stays as it is, so that a session that ends in the
 * middle of a form costs nothing.
 */
export function LogIn() {
  const dialog = useRef<HTMLDialogElement>(null);
  const [key, setKey] = useState("");
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  useEffect(() => dialog.current?.showModal(), []);
  const send = async () => {
    setBusy(true);
    try {
      await logIn(key);
    } catch (error) {
      setProblem(asProblem(error));
      setBusy(false);
    }
  };
  return (
    <dialog ref={dialog} class="log-in" aria-labelledby="log-in-title" onCancel={(event) => event.preventDefault()}>
      <form onSubmit={(event) => { event.preventDefault(); if (!busy) void send(); }}>
        <h1 id="log-in-title">Log in</h1>
        <p class="quiet" id="log-in-hint">With an API key of this installation, which begins with <code>ik_</code>. Whoever
          runs it makes one with <code>keys create</code>.</p>
        <div class="field">
          <label for="log-in-key">API key</label>
          <input id="log-in-key" name="key" type="password" autocomplete="current-password" required value={key}
                 aria-describedby="log-in-hint" onInput={(event) => setKey(event.currentTarget.value)} />
        </div>
        {problem && (problem.status === 401
          ? <p class="fault" role="alert"><strong>That did not work.</strong> This key is not known here, was revoked or has expired.</p>
          : <Fault problem={problem} />)}
        <div class="actions start">
          <button type="submit" class="primary" disabled={busy}>{busy ? "One moment …" : "Log in"}</button>
        </div>
      </form>
    </dialog>
  );
}
