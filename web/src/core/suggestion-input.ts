import type { Item } from "../../../src/api/contract.ts";
import type { PlayRecord } from "./play-record.ts";
import type { ItemMark, SearchRecord } from "./player-data.ts";

/** What suggestions go by of an item. */
export type SuggestionFacts = Pick<Item, "id" | "title" | "creators" | "genres"> & Partial<Pick<Item, "album">>;

/** All that suggestions are made of; nothing of it leaves the device. */
export interface SuggestionInput {
  /** What may be suggested. */
  readonly items: ReadonlyMap<string, SuggestionFacts>;
  readonly history: readonly PlayRecord[];
  readonly likes: readonly ItemMark[];
  readonly searches: readonly SearchRecord[];
  /** What is not wanted. */
  readonly hidden: readonly ItemMark[];
  /** What the server said goes with each item, best first. */
  readonly related: ReadonlyMap<string, readonly string[]>;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  /** 0 to 24, where the user is. @default by the device's own time zone */
  readonly hourOf?: ((atMs: number) => number) | undefined;
  /** Offline, only what is saved. @default everything */
  readonly isAvailable?: ((itemId: string) => boolean) | undefined;
}

/** The hour of a time on this device, with its minutes. */
export function localHour(atMs: number): number {
  const date = new Date(atMs);
  return date.getHours() + date.getMinutes() / 60;
}
