import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

interface DialogProps {
  title: string;
  action: string; // what the button that does it says
  busy: boolean;
  danger?: boolean;
  onDo: () => void;
  onClose: () => void;
  children: ComponentChildren;
}

/** Asks first. The browser's own dialog: it holds the focus, Escape closes it. */
export function Dialog({ title, action, busy, danger, onDo, onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    dialog.current?.showModal();
    return () => before?.focus();
  }, []);
  return (
    <dialog ref={dialog} aria-labelledby="dialog-title" onClose={onClose}>
      <form onSubmit={(event) => { event.preventDefault(); onDo(); }}>
        <h2 id="dialog-title">{title}</h2>
        {children}
        <div class="actions">
          <button type="button" onClick={onClose}>Cancel</button>
          <button type="submit" class={danger ? "danger" : "primary"} disabled={busy}>
            {busy ? "One moment …" : action}
          </button>
        </div>
      </form>
    </dialog>
  );
}
