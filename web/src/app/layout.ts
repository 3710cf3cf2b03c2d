import { createStore, type Store } from "../core/store.ts";

/** What of the player is open beside the page. */
export interface Layout {
  readonly isQueueOpen: Store<boolean>;
  readonly isHelpOpen: Store<boolean>;
  /** Where the moving picture is: in a corner, or all over. */
  readonly isNowOpen: Store<boolean>;
}

/** Creates the layout with everything closed. */
export function createLayout(): Layout {
  return { isQueueOpen: createStore(false), isHelpOpen: createStore(false), isNowOpen: createStore(false) };
}
