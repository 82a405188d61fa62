// Who reads this page, and what their key may do: GET, POST and DELETE /session.
import { useEffect, useState } from "preact/hooks";
import { api, onUnauthorized } from "./client";
import type { Scope, Session } from "./types";

export interface Reader {
  who?: Session; // not there before the first answer
  out: boolean; // nobody is logged in, and the service asks for it
  turn: number; // differs from before when somebody has logged in: what was refused is to be read again
}

let reader: Reader = { out: false, turn: 0 };
const listeners = new Set<(reader: Reader) => void>();

function become(next: Reader): void {
  reader = next;
  for (const listener of listeners) listener(next);
}

function enter(who: Session): void {
  become({ who, out: false, turn: reader.turn + (reader.out ? 1 : 0) });
}

/** Asks again who this is: at the start, and where another tab may have logged in. */
export async function recognize(): Promise<void> {
  try {
    enter(await api.session());
  } catch {
    // A 401 was told to onUnauthorized; anything else every view says for itself.
  }
}

export async function logIn(key: string): Promise<void> {
  enter(await api.logIn(key.trim()));
}

export async function logOut(): Promise<void> {
  await api.logOut();
  become({ ...reader, who: undefined, out: true });
}

export function currentReader(): Reader {
  return reader;
}

export function follow(listener: (reader: Reader) => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

export function useReader(): Reader {
  const [state, setState] = useState(reader);
  useEffect(() => {
    setState(reader);
    return follow(setState);
  }, []);
  return state;
}

/** Whether the key allows it. Before it is known who reads, everything is drawn, so that nothing jumps for most. */
export function useMay(scope: Scope): boolean {
  return may(useReader(), scope);
}

export function may({ who }: Reader, scope: Scope): boolean {
  return who?.scopes.includes(scope) ?? true;
}

/** The same once it is known: what is asked of the service before would only be refused. */
export function mayForSure({ who }: Reader, scope: Scope): boolean {
  return who?.scopes.includes(scope) ?? false;
}

onUnauthorized(() => {
  if (!reader.out) become({ ...reader, who: undefined, out: true });
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && reader.out) void recognize();
});
