// What stands between a report and its readers, in words.
import type { StoredReport } from "../api/types";
import { moment, plural } from "./format";

/** Of a report that is not delivered: the last error, or what it waits for. */
export function whyOpen({ delivery }: Pick<StoredReport, "delivery">): string {
  const attempts = Math.max(delivery.attempts, ...delivery.recipients.map((each) => each.attempts));
  if (delivery.lastError) return `${delivery.lastError} (${plural(attempts, "try", "tries")})`;
  return delivery.state === "sealed" ? "Waits for the queue." : `On the queue since ${moment(delivery.publishedAt ?? delivery.sealedAt)}.`;
}
