/** A name for one request and all its repetitions. */
export function newKey(): string {
  // crypto.randomUUID() is there over TLS and on localhost only, this always.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
