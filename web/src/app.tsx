import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { useLive } from "./api/events";
import { logOut, may, recognize, useReader, type Reader } from "./api/session";
import type { Scope } from "./api/types";
import { link, usePlace, type Place } from "./lib/router";
import { Days } from "./views/days";
import { Health } from "./views/health";
import { Import } from "./views/import";
import { Invoice } from "./views/invoice";
import { Invoices } from "./views/invoices";
import { LogIn } from "./views/log_in";
import { NewInvoice } from "./views/new_invoice";
import { Report } from "./views/report";
import { Today } from "./views/today";

const PARTS: [part: string, name: string, scope?: Scope][] = [
  ["today", "Today", "reports:read"], ["days", "Days", "reports:read"], ["invoices", "Invoices", "invoices:read"],
  ["health", "Health"],
];
const BELONGS: Record<string, string> = { reports: "days", new: "invoices", import: "invoices" };

/** What a view reads or writes. */
const NEEDS: Record<string, Scope> = {
  today: "reports:read", days: "reports:read", reports: "reports:read", invoices: "invoices:read", new: "invoices:write",
  import: "invoices:write",
};

function View({ place: { path: [part = "today", detail], query } }: { place: Place }) {
  const reader = useReader();
  const need = NEEDS[part];
  if (need && !may(reader, need)) {
    return (
      <div class="empty">
        <h1>Not with this key</h1>
        <p>The API key that you are logged in with lacks the scope <code>{need}</code>.</p>
      </div>
    );
  }
  switch (part) {
    case "today": return <Today currency={query.currency} />;
    case "days": return <Days currency={query.currency} />;
    case "reports": return detail ? <Report key={detail} day={detail} query={query} /> : <Days />;
    case "invoices": return detail ? <Invoice key={detail} id={detail} /> : <Invoices query={query} />;
    case "new": return <NewInvoice />;
    case "import": return <Import />;
    case "health": return <Health />;
    default: return <div class="empty"><h1>There is nothing here</h1><p><a href={link(["today"])}>Today</a></p></div>;
  }
}

/** What the reader's key allows; all of it before that is known, as the page is drawn first. */
function partsFor(reader: Reader): typeof PARTS {
  return PARTS.filter(([, , scope]) => !scope || may(reader, scope));
}

function titleOf({ path: [part = "today", detail] }: Place): string {
  const name = PARTS.find(([each]) => each === (BELONGS[part] ?? part))?.[1] ?? "Sales";
  return detail ? `${detail} · ${name}` : name;
}

const CONNECTIONS = { none: "", live: "live", lost: "no connection, trying again" };

function LogOut({ name }: { name: string | null }) {
  const [failed, setFailed] = useState(false);
  return (
    <button type="button" class="log-out" title={`Logged in with the key ${name}`}
            onClick={() => logOut().catch(() => setFailed(true))}>{failed ? "Log out: try again" : "Log out"}</button>
  );
}

export function App() {
  const place = usePlace();
  const { connection } = useLive();
  const reader = useReader();
  const parts = partsFor(reader);
  const main = useRef<HTMLElement>(null);
  const address = place.path.join("/");
  const first = useRef(true);
  // Before the eye or a key can come in between.
  useLayoutEffect(() => {
    document.title = titleOf(place);
    // A new view begins at its top, for the eye and for a screen reader alike.
    if (!first.current) {
      scrollTo(0, 0);
      main.current?.focus({ preventScroll: true });
    }
    first.current = false;
  }, [address]);
  useEffect(() => void recognize(), []);
  const here = place.path[0] ?? parts[0]![0];
  const current = BELONGS[here] ?? here;
  return (
    <>
      <a class="skip" href="#main" onClick={(event) => { event.preventDefault(); main.current?.focus(); }}>To the content</a>
      <nav aria-label="Parts of the page">
        <ul>{parts.map(([part, name]) => (
          <li key={part}><a href={link([part])} aria-current={part === current ? "page" : undefined}>{name}</a></li>
        ))}</ul>
        <span class={`connection ${connection}`} role="status">{CONNECTIONS[connection]}</span>
        {reader.who?.expiresAt && <LogOut name={reader.who.name} />}
      </nav>
      <main id="main" tabIndex={-1} ref={main}><View place={{ ...place, path: [here, ...place.path.slice(1)] }} /></main>
      {reader.out && <LogIn />}
    </>
  );
}
