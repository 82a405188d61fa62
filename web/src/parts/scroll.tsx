import type { ComponentChildren } from "preact";

/** What may be wider than the screen scrolls by itself, by keyboard as well. Each label once on a view. */
export function Scroll({ label, children }: { label: string; children: ComponentChildren }) {
  return <div class="scroll" tabIndex={0} role="region" aria-label={label}>{children}</div>;
}
