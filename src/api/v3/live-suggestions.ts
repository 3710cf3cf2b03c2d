import { setTimeout as delay } from "node:timers/promises";
import type { ApiSource } from "../api-source.ts";

/** Somebody is typing: what the library knows does not wait longer than this for what services say. */
const deadlineMs = 400;
/** A letter says too little to be told to strangers. */
const leastLength = 2;

/**
 * Ways to complete what is being typed, from sites' services where their operators turned them on: the best of each first. Never rejects; a
 * service that is slow or fails adds nothing.
 */
export async function liveSuggestions(
  sources: readonly ApiSource[],
  text: string,
  limit: number,
): Promise<readonly string[]> {
  // Addresses are for opening; a service has no business to learn them.
  if (text.length < leastLength || text.includes("://")) {
    return [];
  }
  const abort = new AbortController();
  const late = delay(deadlineMs, [] as readonly string[], { signal: abort.signal, ref: false }).catch(() => []);
  const lists = await Promise.all(
    sources.map((source) => Promise.race([source.searchable?.suggest(text, { limit }).catch(() => []) ?? [], late])),
  );
  abort.abort();
  const longest = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, rank) => lists.flatMap((list) => list[rank] ?? [])).flat();
}
