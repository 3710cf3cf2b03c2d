import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { currentEntry, emptyQueue, followingEntry, type Queue, type QueueAction, reduceQueue } from "./queue.ts";
import { parseQueueSnapshot } from "./queue-snapshot.ts";
import { createQueueStore } from "./queue-store.ts";

function after(...actions: QueueAction[]): Queue {
  return actions.reduce(reduceQueue, emptyQueue);
}

function itemIds({ entries }: Queue): string {
  return entries.map(({ itemId }) => itemId).join("");
}

function play(text: string, startIndex = 0): QueueAction {
  return { kind: "play-now", itemIds: text.split(""), startIndex };
}

const end: QueueAction = { kind: "advance", because: "ended" };
const skip: QueueAction = { kind: "advance", because: "skip" };

describe("the queue", () => {
  it("plays now, next and later", () => {
    const queue = after(
      play("abc", 1),
      { kind: "play-next", itemIds: ["x", "y"] },
      { kind: "play-later", itemIds: ["z"] },
    );
    expect(itemIds(queue)).toBe("abxycz");
    expect(currentEntry(queue)?.itemId).toBe("b");
    expect(itemIds(reduceQueue(queue, play("q")))).toBe("q");
  });

  it("begins with what is put into an empty queue", () => {
    expect(currentEntry(after({ kind: "play-later", itemIds: ["a", "b"] }))?.itemId).toBe("a");
  });

  it.each([
    ["off", end, undefined],
    ["off", skip, undefined],
    ["all", end, "a"],
    ["one", end, "b"],
    ["one", skip, "a"],
  ] as const)("after the last entry, with repeat %s: %o", (mode, action, expected) => {
    const queue = after(play("ab", 1), { kind: "repeat", mode }, action);
    expect(currentEntry(queue)?.itemId).toBe(expected);
  });

  it("does not begin again before the rest of a playlist has come", () => {
    const tail = { playlistId: "p", cursor: "2", remaining: 1 };
    const waiting = after(
      { kind: "play-now", itemIds: ["a", "b"], startIndex: 1, tail },
      { kind: "repeat", mode: "all" },
    );
    expect(followingEntry(waiting)).toBeUndefined();
    const page: QueueAction = { kind: "append-page", after: tail, itemIds: ["c"] };
    const whole = reduceQueue(waiting, page);
    expect(itemIds(whole)).toBe("abc");
    expect(whole.tail).toBeUndefined();
    expect(reduceQueue(whole, page)).toBe(whole);
  });

  it("moves, and removes without stopping", () => {
    const queue = after(play("abcd", 1), { kind: "move", entryId: 4, toIndex: 0 });
    expect(itemIds(queue)).toBe("dabc");
    const removed = reduceQueue(queue, { kind: "remove", entryIds: [2, 1] });
    expect(itemIds(removed)).toBe("dc");
    expect(currentEntry(removed)?.itemId).toBe("c");
    expect(currentEntry(reduceQueue(removed, { kind: "remove", entryIds: [3] }))).toBeUndefined();
  });

  it("goes back, also from behind the end", () => {
    const back: QueueAction = { kind: "go-back" };
    expect(currentEntry(after(play("abc", 2), back))?.itemId).toBe("b");
    expect(currentEntry(after(play("ab", 1), end, back))?.itemId).toBe("b");
    expect(currentEntry(after(play("ab"), back))?.itemId).toBe("a");
    expect(currentEntry(after(play("ab"), { kind: "repeat", mode: "all" }, back))?.itemId).toBe("b");
  });

  it("shuffles behind the current entry, and takes it back", () => {
    const inOrder = after(play("abcdefghij", 3));
    const mixed = reduceQueue(inOrder, { kind: "shuffle", seed: 7 });
    expect(itemIds(mixed)[0]).toBe("d");
    expect(itemIds(mixed)).not.toBe(itemIds(inOrder));
    expect(itemIds(mixed).split("").toSorted().join("")).toBe("abcdefghij");
    const more = reduceQueue(mixed, { kind: "play-next", itemIds: ["x"] });
    const back = reduceQueue(more, { kind: "unshuffle" });
    expect(itemIds(back)).toBe("abcdefghijx");
    expect(currentEntry(back)?.itemId).toBe("d");
    expect(back.unshuffled).toBeUndefined();
  });

  it("takes ten thousand entries in a moment", () => {
    const ids = Array.from({ length: 10_000 }, (_, index) => `item-${index}`);
    const startedAt = performance.now();
    let queue = after({ kind: "play-now", itemIds: ids }, { kind: "shuffle", seed: 1 });
    for (let step = 0; step < 100; step += 1) {
      queue = reduceQueue(queue, { kind: "move", entryId: step + 1, toIndex: 5_000 });
      queue = reduceQueue(queue, skip);
    }
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect(queue.entries).toHaveLength(10_000);
  });
});

const actions: fc.Arbitrary<QueueAction> = fc.oneof(
  fc.record({
    kind: fc.constant("play-now" as const),
    itemIds: fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 6 }),
    startIndex: fc.integer({ min: -2, max: 8 }),
  }),
  fc.record({
    kind: fc.constantFrom("play-next" as const, "play-later" as const),
    itemIds: fc.array(fc.constantFrom("d", "e"), { maxLength: 3 }),
  }),
  fc.record({ kind: fc.constant("jump" as const), entryId: fc.integer({ min: 0, max: 20 }) }),
  fc.record({ kind: fc.constant("advance" as const), because: fc.constantFrom("ended" as const, "skip" as const) }),
  fc.record({
    kind: fc.constant("move" as const),
    entryId: fc.integer({ min: 0, max: 20 }),
    toIndex: fc.integer({ min: -3, max: 20 }),
  }),
  fc.record({ kind: fc.constant("remove" as const), entryIds: fc.array(fc.integer({ min: 0, max: 20 })) }),
  fc.record({ kind: fc.constant("shuffle" as const), seed: fc.integer() }),
  fc.record({
    kind: fc.constant("repeat" as const),
    mode: fc.constantFrom("off" as const, "all" as const, "one" as const),
  }),
  fc.record({ kind: fc.constantFrom("go-back" as const, "clear" as const, "unshuffle" as const) }),
);

describe("whatever is done to the queue", () => {
  it("leaves it whole, and its snapshot gives it back", () => {
    fc.assert(
      fc.property(fc.array(actions, { maxLength: 40 }), (steps) => {
        const queue = after(...steps);
        const ids = queue.entries.map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
        expect(Math.max(0, ...ids)).toBeLessThan(queue.nextEntryId);
        expect(queue.currentId === undefined || ids.includes(queue.currentId)).toBe(true);
        if (queue.unshuffled !== undefined) {
          expect(new Set(queue.unshuffled)).toEqual(new Set(ids));
          expect(queue.unshuffled).toHaveLength(ids.length);
        }
        const { nextEntryId: _, ...read } = parseQueueSnapshot(JSON.parse(JSON.stringify(queue)));
        const { nextEntryId: __, ...written } = queue;
        expect(read).toEqual(JSON.parse(JSON.stringify(written)));
      }),
    );
  });

  it("reads anything at all as some queue", () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(parseQueueSnapshot(value).repeat).toMatch(/^(off|all|one)$/);
      }),
    );
    const twice = {
      entries: [
        { id: 1, itemId: "a" },
        { id: 1, itemId: "b" },
      ],
    };
    expect(parseQueueSnapshot(twice)).toBe(emptyQueue);
  });
});

describe("the store of the queue", () => {
  it("takes losses back", () => {
    const store = createQueueStore();
    let told = 0;
    store.subscribe(() => (told += 1));
    store.dispatch(play("abc"));
    store.dispatch({ kind: "remove", entryIds: [2] });
    store.dispatch({ kind: "clear" });
    expect(told).toBe(3);
    expect(store.undo()).toBe("clear");
    expect(itemIds(store.get())).toBe("ac");
    expect(store.undoable()).toBe("remove");
    expect(store.undo()).toBe("remove");
    expect(itemIds(store.get())).toBe("abc");
    expect(store.undo()).toBeUndefined();
  });
});
