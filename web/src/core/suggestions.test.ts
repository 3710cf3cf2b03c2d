import { describe, expect, it } from "vitest";
import { generateListeningLog } from "../../../scripts/suggestions/listening-log.ts";
import { measureHitRates } from "../../../scripts/suggestions/measure-hit-rate.ts";
import { describeReason } from "./describe-reason.ts";
import type { PlayRecord } from "./play-record.ts";
import { suggestItems } from "./suggestions.ts";
import type { SuggestionFacts, SuggestionInput } from "./suggestion-input.ts";

const nowMs = Date.parse("2026-06-01T20:00:00Z");
const hourMs = 3_600_000;

function facts(id: string, creator: string, genre = "Jazz"): [string, SuggestionFacts] {
  return [id, { id, title: `Title ${id}`, creators: [creator], genres: [genre] }];
}

function play(itemId: string, hoursAgo: number, outcome: PlayRecord["outcome"] = "completed"): PlayRecord {
  return { itemId, startedAtMs: nowMs - hoursAgo * hourMs, listenedSeconds: 200, outcome };
}

function suggest(input: Partial<SuggestionInput>, limit = 10): string[] {
  return suggestItems(inputOf(input), limit).map(({ itemId }) => itemId);
}

function inputOf(input: Partial<SuggestionInput>): SuggestionInput {
  const items = new Map([
    facts("a1", "Ann"),
    facts("a2", "Ann"),
    facts("b1", "Ben"),
    facts("b2", "Ben", "Folk"),
    facts("c1", "Cleo", "Folk"),
    facts("d1", "Dora", "Metal"),
  ]);
  return {
    items,
    history: [],
    likes: [],
    searches: [],
    hidden: [],
    related: new Map(),
    nowMs,
    hourOf: (atMs) => (atMs / hourMs) % 24,
    ...input,
  };
}

describe("suggestItems", () => {
  it("has nothing to say before anything was played", () => {
    expect(suggest({})).toEqual([]);
  });

  it("counts what keeps coming up beside what was played", () => {
    const related = new Map([
      ["a1", ["c1", "d1"]],
      ["b1", ["b2", "c1"]],
    ]);
    const [first] = suggestItems(inputOf({ history: [play("a1", 30), play("b1", 31)], related }), 1);
    expect(first).toMatchObject({ itemId: "c1", reason: { kind: "goes-with" } });
  });

  it("learns from skips", () => {
    const related = new Map([
      ["a1", ["c1"]],
      ["b1", ["d1"]],
    ]);
    const history = [play("a1", 30, "skipped"), play("b1", 31)];
    expect(suggest({ history, related })).not.toContain("c1");
    expect(suggest({ history, related })[0]).toBe("d1");
  });

  it("prefers what fits the hour", () => {
    const history = [1, 2, 3].flatMap((day) => [play("a1", day * 24), play("d1", day * 24 + 12)]);
    const order = suggest({ history });
    expect(order.indexOf("a1")).toBeLessThan(order.indexOf("d1"));
    const [habit] = suggestItems(inputOf({ history }), 1);
    expect(habit?.reason).toEqual({ kind: "habit", isThisHour: true });
  });

  it("knows what was searched for and not heard yet", () => {
    const searches = [{ text: "title D1", atMs: nowMs - hourMs }];
    expect(suggestItems(inputOf({ searches }), 3)).toEqual([
      { itemId: "d1", score: expect.any(Number) as number, reason: { kind: "searched", text: "title D1" } },
    ]);
    expect(suggest({ searches, history: [play("d1", 0.5)] })).toEqual([]);
  });

  it("leaves out what is hidden, and offline what is not there; both can be taken back", () => {
    const input = { history: [play("a1", 30)], related: new Map([["a1", ["b1", "c1"]]]) };
    expect(suggest(input)).toContain("b1");
    expect(suggest({ ...input, hidden: [{ itemId: "b1", atMs: 1 }] })).not.toContain("b1");
    expect(suggest({ ...input, isAvailable: (id) => id === "c1" })).toEqual(["c1"]);
  });

  it("is varied", () => {
    const items = new Map(
      Array.from({ length: 20 }, (_, index) => facts(`x${index}`, index < 15 ? "Ann" : `Other ${index}`)),
    );
    const related = new Map([["x0", Array.from(items.keys())]]);
    const chosen = suggest({ items, related, history: [play("x0", 30)] }, 6);
    expect(chosen.filter((id) => items.get(id)?.creators[0] !== "Ann").length).toBeGreaterThanOrEqual(2);
    expect(new Set(chosen).size).toBe(6);
  });

  it("says why in words", () => {
    const context = {
      titleOf: (id: string) => `Title ${id}`,
      isLiked: () => false,
      outcomeOf: () => "completed" as const,
      nowMs,
    };
    expect(describeReason({ kind: "goes-with", itemId: "a1" }, context)).toBe("Because you finished “Title a1”");
    expect(describeReason({ kind: "goes-with", itemId: "a1" }, { ...context, isLiked: () => true })).toBe(
      "Because you like “Title a1”",
    );
    const long = describeReason({ kind: "searched", text: "😀".repeat(10_000) }, context);
    expect(long).toBe(`You searched for “${"😀".repeat(59)}…”`);
  });

  it("is better than popularity and far better than chance on a replayed log", () => {
    const log = generateListeningLog(3, { items: 800, listeners: 8, days: 60 });
    const rates = measureHitRates(log, 8);
    expect(rates.sittings).toBeGreaterThan(50);
    expect(rates.suggestions).toBeGreaterThan(rates.popularity + 0.1);
    expect(rates.suggestions).toBeGreaterThan(rates.random * 5);
    expect(generateListeningLog(3, { items: 50, listeners: 1, days: 2 })).toEqual(
      generateListeningLog(3, { items: 50, listeners: 1, days: 2 }),
    );
  });
});
