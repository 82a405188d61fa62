// The zone of the business, for views whose own data do not name it.
import { useEffect, useState } from "preact/hooks";
import { api } from "../api/client";
import { mayForSure, useReader } from "../api/session";
import { setZone, zoneName } from "./format";

let asked: Promise<void> | undefined;

function ask(): Promise<void> {
  asked ??= api.runningDay().then(
    (day) => setZone(day.timeZone),
    // Until the service can say, UTC stands there, by name; the next view asks again.
    () => void (asked = undefined),
  );
  return asked;
}

/** Draws the view again once the zone is known. Who may read no reports never learns it: UTC stays there, by name. */
export function useBusinessZone(): void {
  const [, setKnown] = useState(zoneName());
  const allowed = mayForSure(useReader(), "reports:read");
  useEffect(() => {
    let here = true;
    if (allowed) void ask().then(() => here && setKnown(zoneName()));
    return () => void (here = false);
  }, [allowed]);
}
