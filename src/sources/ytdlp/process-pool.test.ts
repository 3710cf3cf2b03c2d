import { describe, expect, it } from "vitest";
import { isSourceError } from "../../source/index.ts";
import { ProcessPool, type Urgency } from "./process-pool.ts";

/** Lets what was resolved come through. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function fill(
  pool: ProcessPool,
  names: readonly (readonly [name: string, urgency: Urgency])[],
): { order: string[]; places: Map<string, Disposable> } {
  const order: string[] = [];
  const places = new Map<string, Disposable>();
  for (const [name, urgency] of names) {
    void pool.enter({ name, urgency }).then((place) => {
      order.push(name);
      places.set(name, place);
    });
  }
  return { order, places };
}

describe("ProcessPool", () => {
  it("admits the most urgent first, and in order among equals", async () => {
    const pool = new ProcessPool(1, 10);
    const { order, places } = fill(pool, [
      ["first", "normal"],
      ["later", "background"],
      ["second", "normal"],
      ["third", "normal"],
    ]);
    for (const name of ["first", "second", "third", "later"]) {
      await settle();
      expect(order.at(-1)).toBe(name);
      expect(pool.running).toBe(1);
      places.get(name)?.[Symbol.dispose]();
    }
    expect(pool.running).toBe(0);
  });

  it("keeps places for what is urgent", async () => {
    const pool = new ProcessPool(1, 10);
    const { order } = fill(pool, [
      ["first", "normal"],
      ["second", "normal"],
      ["playing", "urgent"],
    ]);
    await settle();
    expect(order).toEqual(["first", "playing"]);
  });

  it("raises what is wanted sooner", async () => {
    const pool = new ProcessPool(1, 10);
    const { order, places } = fill(pool, [
      ["first", "normal"],
      ["second", "background"],
      ["clicked", "background"],
    ]);
    await settle();
    pool.raise("clicked", "normal");
    pool.raise("clicked", "background");
    pool.raise("unknown", "urgent");
    places.get("first")?.[Symbol.dispose]();
    await settle();
    expect(order).toEqual(["first", "clicked"]);
    pool.raise("second", "urgent");
    await settle();
    expect(order).toEqual(["first", "clicked", "second"]);
  });

  it("tells places, and forgets those who leave", async () => {
    const pool = new ProcessPool(1, 2);
    const place = await pool.enter({ urgency: "normal" });
    const leaving = new AbortController();
    const left = pool.enter({ urgency: "normal", signal: leaving.signal }).catch((error: unknown) => error);
    const positions: number[] = [];
    const next = pool.enter({ urgency: "normal", onPosition: (position) => positions.push(position) });
    await expect(pool.enter({ urgency: "normal" })).rejects.toThrow(/1 run and 2 wait/);
    leaving.abort();
    expect(isSourceError(await left, "aborted")).toBe(true);
    place[Symbol.dispose]();
    (await next)[Symbol.dispose]();
    expect(positions).toEqual([2, 1, 0]);
    expect([pool.running, pool.waiting]).toEqual([0, 0]);
  });
});
