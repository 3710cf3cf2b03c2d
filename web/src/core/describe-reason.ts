import type { PlayRecord } from "./play-record.ts";
import type { SuggestionReason } from "./suggestion-signals.ts";
import { localHour } from "./suggestion-input.ts";

/** What a reason is told by. */
export interface ReasonContext {
  /** A title to name the item by. */
  readonly titleOf: (itemId: string) => string | undefined;
  readonly isLiked: (itemId: string) => boolean;
  /** How the item was last played. */
  readonly outcomeOf: (itemId: string) => PlayRecord["outcome"] | undefined;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

const longestTitle = 60;

/** Says why an item is suggested, in one line: `Because you finished “Kind of Blue”`. */
export function describeReason(reason: SuggestionReason, context: ReasonContext): string {
  switch (reason.kind) {
    case "goes-with":
      return `Because you ${verbFor(reason.itemId, context)} ${quoted(context.titleOf(reason.itemId))}`;
    case "played-with":
      return `You play it with ${quoted(context.titleOf(reason.itemId))}`;
    case "creator":
      return `More by ${short(reason.name)}`;
    case "genre":
      return `More ${short(reason.name)}`;
    case "habit":
      return reason.isThisHour ? `You often play it ${dayTime(localHour(context.nowMs))}` : "You come back to it";
    case "searched":
      return `You searched for ${quoted(reason.text)}`;
  }
}

function verbFor(itemId: string, { isLiked, outcomeOf }: ReasonContext): string {
  if (isLiked(itemId)) {
    return "like";
  }
  return outcomeOf(itemId) === "completed" ? "finished" : "played";
}

function quoted(text: string | undefined): string {
  return text === undefined ? "something you know" : `“${short(text)}”`;
}

/** By whole characters: a cut through one would show as a box. */
function short(text: string): string {
  const characters = Array.from(text);
  return characters.length <= longestTitle ? text : `${characters.slice(0, longestTitle - 1).join("")}…`;
}

function dayTime(hour: number): string {
  if (hour < 5 || hour >= 22) {
    return "at night";
  }
  return hour < 12 ? "in the morning" : hour < 18 ? "in the afternoon" : "in the evening";
}
