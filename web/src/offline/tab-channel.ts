import type { SaveProgress } from "./saved-item.ts";

/** What tabs tell each other. */
export type TabMessage =
  /** This tab plays now: the others stop. */
  | { readonly kind: "playing" }
  /** Something in these stores of the database has changed. */
  | { readonly kind: "changed"; readonly store: string }
  | { readonly kind: "saved"; readonly itemId: string }
  | { readonly kind: "progress"; readonly itemId: string; readonly progress: SaveProgress }
  /** From the service worker: what should be saved is not there. */
  | { readonly kind: "missing"; readonly itemId: string }
  /** Do with a download that runs in your tab what the user asked in another. */
  | { readonly kind: "stop-saving"; readonly itemId: string; readonly as: "paused" | "removed" }
  /** Everything was forgotten: load the page anew. */
  | { readonly kind: "forgotten" };

/** The tabs of one player that are open at once. */
export interface TabChannel extends Disposable {
  readonly send: (message: TabMessage) => void;
  /** @returns how to stop listening */
  readonly listen: (listener: (message: TabMessage) => void) => () => void;
}

/** Opens the channel. A tab does not hear itself. */
export function openTabChannel(name: string = "sluice"): TabChannel {
  const channel = new BroadcastChannel(name);
  const listeners = new Set<(message: TabMessage) => void>();
  channel.addEventListener("message", ({ data }: MessageEvent<TabMessage>) => {
    for (const listener of Array.from(listeners)) listener(data);
  });
  return {
    send: (message) => channel.postMessage(message),
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    [Symbol.dispose]: () => channel.close(),
  };
}
