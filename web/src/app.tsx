import { useEffect, useRef } from "preact/hooks";
import { useLive } from "./api/events";
import { link, usePlace, type Place } from "./lib/router";
import { Days } from "./views/days";
import { Health } from "./views/health";
import { Import } from "./views/import";
import { Invoice } from "./views/invoice";
import { Invoices } from "./views/invoices";
import { NewInvoice } from "./views/new_invoice";
import { Report } from "./views/report";
import { Today } from "./views/today";

const PARTS = [["today", "Today"], ["days", "Days"], ["invoices", "Invoices"], ["health", "Health"]] as const;
const BELONGS: Record<string, string> = { reports: "days", new: "invoices", import: "invoices" };

function View({ place: { path: [part = "today", detail], query } }: { place: Place }) {
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

function titleOf({ path: [part = "today", detail] }: Place): string {
  const name = PARTS.find(([each]) => each === (BELONGS[part] ?? part))?.[1] ?? "Sales";
  return detail ? `${detail} · ${name}` : name;
}

export function App() {
  const place = usePlace();
  const { connection } = useLive();
  const main = useRef<HTMLElement>(null);
  const address = place.path.join("/");
  const first = useRef(true);
  useEffect(() => {
    document.title = titleOf(place);
    // A new view begins at its top, for the eye and for a screen reader alike.
    if (!first.current) {
      scrollTo(0, 0);
      main.current?.focus({ preventScroll: true });
    }
    first.current = false;
  }, [address]);
  const here = place.path[0] ?? "today";
  const current = BELONGS[here] ?? here;
  return (
    <>
      <a class="skip" href="#main" onClick={(event) => { event.preventDefault(); main.current?.focus(); }}>To the content</a>
      <nav aria-label="Parts of the page">
        <ul>{PARTS.map(([part, name]) => (
          <li key={part}><a href={link([part])} aria-current={part === current ? "page" : undefined}>{name}</a></li>
        ))}</ul>
        <span class={`connection ${connection}`} role="status">
          {connection === "live" ? "live" : "no connection, trying again"}
        </span>
      </nav>
      <main id="main" tabIndex={-1} ref={main}><View place={place} /></main>
    </>
  );
}
