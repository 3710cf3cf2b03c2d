import { localHour, type SuggestionInput } from "./suggestion-input.ts";
import type { PlayRecord } from "./play-record.ts";

/** How much the user cares for an item, by what was done with it. */
export interface Affinity {
  /** Below zero where it was skipped more than heard. */
  readonly value: number;
  readonly completed: number;
  readonly skipped: number;
  readonly lastPlayedMs: number;
  readonly isLiked: boolean;
  /** 0 to 1: how well its plays fit the hour. */
  readonly hourFit: number;
}

const dayMs = 86_400_000;
/** After so many days a play counts half. */
const halfLifeDays = 21;
const outcomeWeights: Readonly<Record<PlayRecord["outcome"], number>> = { completed: 1, stopped: 0.3, skipped: -1 };
const likeWeight = 2;
/** Ten plays say less than ten times as much as one. */
const repeatExponent = 0.75;

/** Weighs every item that was played or liked. */
export function weighItems(input: SuggestionInput): ReadonlyMap<string, Affinity> {
  const { history, likes, nowMs, hourOf = localHour } = input;
  const hourNow = hourOf(nowMs);
  const sums = new Map<string, Affinity & { readonly plays: number }>();
  const before = { value: 0, completed: 0, skipped: 0, lastPlayedMs: -Infinity, isLiked: false, hourFit: 0, plays: 0 };
  for (const { itemId, outcome, startedAtMs } of history) {
    const sum = sums.get(itemId) ?? before;
    const fit = hourFit(hourOf(startedAtMs), hourNow);
    sums.set(itemId, {
      ...sum,
      value: sum.value + outcomeWeights[outcome] * recency(nowMs - startedAtMs) * (0.2 + 0.8 * fit),
      completed: sum.completed + (outcome === "completed" ? 1 : 0),
      skipped: sum.skipped + (outcome === "skipped" ? 1 : 0),
      lastPlayedMs: Math.max(sum.lastPlayedMs, startedAtMs),
      hourFit: (sum.hourFit * sum.plays + fit) / (sum.plays + 1),
      plays: sum.plays + 1,
    });
  }
  for (const { itemId } of likes) {
    const sum = sums.get(itemId) ?? before;
    sums.set(itemId, { ...sum, value: sum.value + likeWeight, isLiked: true });
  }
  return new Map(Array.from(sums, ([itemId, sum]) => [itemId, { ...sum, value: damped(sum.value) }]));
}

/** 1 now, half after three weeks. */
export function recency(ageMs: number): number {
  return 0.5 ** (Math.max(0, ageMs) / dayMs / halfLifeDays);
}

/** 1 at the same hour, 0 twelve hours away. */
function hourFit(hour: number, hourNow: number): number {
  return 0.5 + 0.5 * Math.cos(((hour - hourNow) / 24) * 2 * Math.PI);
}

function damped(value: number): number {
  return Math.sign(value) * Math.abs(value) ** repeatExponent;
}
