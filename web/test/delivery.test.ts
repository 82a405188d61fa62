import { expect, test } from "vitest";
import type { Delivery } from "../src/api/types";
import { whyOpen } from "../src/lib/delivery";

const delivery: Delivery = {
  state: "published", messageId: "a", sends: 1, attempts: 1, lastError: null, sealedAt: "2026-11-22T12:00:00.000Z",
  publishedAt: "2026-11-22T12:00:01.000Z", doneAt: null, recipients: [],
};

test("the last error comes with how often it was tried", () => {
  const recipient = { address: "a@x", state: "waiting" as const, attempts: 3, lastError: "451", sentAt: null };
  expect(whyOpen({ delivery: { ...delivery, lastError: "451 busy", recipients: [recipient] } })).toBe("451 busy (3 tries)");
  expect(whyOpen({ delivery: { ...delivery, lastError: "550 no" } })).toBe("550 no (1 try)");
});

test("without an error it says where the report is", () => {
  expect(whyOpen({ delivery: { ...delivery, state: "sealed", publishedAt: null } })).toBe("Waits for the queue.");
  expect(whyOpen({ delivery })).toContain("On the queue since");
});
