import { createStore, type ReadableStore } from "../core/store.ts";

/** A short message, and what can be done about it. */
export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly action?: { readonly label: string; readonly run: () => void } | undefined;
}

/** Tells people what happened: in words that screen readers read out, and where it is for everybody, on the screen. */
export interface Announcer {
  /** What the polite live region holds. */
  readonly spoken: ReadableStore<string>;
  readonly toasts: ReadableStore<readonly Toast[]>;
  /** Read out only. */
  say(text: string): void;
  /** Shown for some seconds, and read out. */
  tell(text: string, action?: Toast["action"]): void;
  dismiss(id: number): void;
}

const shownMs = 6_000;
/** Nobody is shut out by a clock: what can be acted on stays longer. */
const shownWithActionMs = 12_000;

/** Creates the announcer. */
export function createAnnouncer(): Announcer {
  const spoken = createStore("");
  const toasts = createStore<readonly Toast[]>([]);
  let lastId = 0;
  const dismiss = (id: number): void => toasts.set(toasts.get().filter((toast) => toast.id !== id));
  const say = (text: string): void => {
    // The same words twice are no change to a live region; a no-break space makes them one.
    spoken.set(spoken.get() === text ? `${text}\u00A0` : text);
  };
  return {
    spoken,
    toasts,
    say,
    tell(text, action) {
      const id = (lastId += 1);
      toasts.set([...toasts.get().slice(-2), { id, text, action }]);
      say(text);
      setTimeout(() => dismiss(id), action === undefined ? shownMs : shownWithActionMs);
    },
    dismiss,
  };
}
