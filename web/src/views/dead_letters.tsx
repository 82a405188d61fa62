import { useState } from "preact/hooks";
import { api, type Problem } from "../api/client";
import { useLive } from "../api/events";
import { useMay } from "../api/session";
import type { DeadLetter } from "../api/types";
import * as format from "../lib/format";
import { asProblem, useResource } from "../lib/resource";
import { link } from "../lib/router";
import { Dialog } from "../parts/dialog";
import { Fault, Waiting } from "../parts/words";

type Action = "requeue" | "drop";

const ASKS: Record<Action, { title: string; action: string; words: string }> = {
  requeue: {
    title: "Try again?", action: "Requeue",
    words: "Those who were refused are tried again; who has the mail already does not get it a second time.",
  },
  drop: {
    title: "Give it up for good?", action: "Drop",
    words: "Nobody is tried any more. A report stays in the books and can still be sent again from its page.",
  },
};

/** What nobody tries any more, and why. `turn` changes when it is time to look again. */
export function DeadLetters({ turn }: { turn: number }) {
  const { reports } = useLive();
  const letters = useResource("dead letters", api.deadLetters, reports + turn);
  return (
    <section aria-labelledby="dead-letters">
      <h2 id="dead-letters">Dead letters {letters.data && <small class="quiet">{format.count(letters.data.length)}</small>}</h2>
      {letters.problem && <Fault problem={letters.problem} onRetry={letters.reload} />}
      {!letters.data && !letters.problem && <Waiting what="the dead letters" />}
      {letters.data?.length === 0 && <p class="quiet">None. What could not be delivered would stand here, with the reason.</p>}
      {letters.data?.map((letter) => <Letter key={letter.messageId} letter={letter} onDone={letters.reload} />)}
    </section>
  );
}

function Letter({ letter, onDone }: { letter: DeadLetter; onDone: () => void }) {
  const maySettle = useMay("reports:manage");
  const [asking, setAsking] = useState<Action>();
  return (
    <article class="open-delivery dead">
      <h3>{letter.businessDay === null ? <code>{letter.messageId}</code>
        : <a href={link(["reports", letter.businessDay])}>{format.day(letter.businessDay)}</a>}</h3>
      <p class="breaks"><bdi>{letter.reason}</bdi></p>
      <p class="quiet">Dead since {format.moment(letter.since)}, after {format.plural(letter.attempts, "try", "tries")}</p>
      {maySettle && (
        <div class="actions start">
          <button type="button" onClick={() => setAsking("requeue")}>Requeue …</button>
          <button type="button" class="danger" onClick={() => setAsking("drop")}>Drop …</button>
        </div>
      )}
      {asking && <Ask letter={letter} how={asking} onDone={onDone} onClose={() => setAsking(undefined)} />}
    </article>
  );
}

function Ask({ letter, how, onDone, onClose }:
    { letter: DeadLetter; how: Action; onDone: () => void; onClose: () => void }) {
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const settle = async () => {
    setBusy(true);
    try {
      await api.settleDeadLetter(letter.messageId, how);
      onClose();
      onDone();
    } catch (error) {
      setProblem(asProblem(error));
      setBusy(false);
    }
  };
  const { title, action, words } = ASKS[how];
  return (
    <Dialog title={title} action={action} danger={how === "drop"} busy={busy} onDo={settle} onClose={onClose}>
      <p class="breaks">{letter.businessDay === null ? letter.messageId : `The report of ${format.day(letter.businessDay)}`}:{" "}
        <bdi>{letter.reason}</bdi></p>
      <p>{words}</p>
      {problem && <Fault problem={problem} />}
    </Dialog>
  );
}
