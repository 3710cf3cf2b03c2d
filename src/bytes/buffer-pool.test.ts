import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BufferPool, chunkSizes, type Pace } from "./buffer-pool.ts";

describe("BufferPool", () => {
  it("never lends a buffer to two users, and counts to zero when all are back or written off", () => {
    const action = fc.oneof(
      fc.record({ kind: fc.constant("take" as const), pace: fc.constantFrom<Pace>("slow", "normal", "fast") }),
      fc.record({ kind: fc.constantFrom("give" as const, "forget" as const), index: fc.nat(50) }),
    );
    fc.assert(
      fc.property(fc.array(action, { maxLength: 200 }), (actions) => {
        const budgetBytes = 1024 * 1024;
        const pool = new BufferPool(budgetBytes);
        const out: Uint8Array<ArrayBuffer>[] = [];
        for (const step of actions) {
          if (step.kind === "take") {
            const buffer = pool.take(step.pace);
            expect(buffer.length).toBeLessThanOrEqual(chunkSizes[step.pace]);
            expect(out.includes(buffer)).toBe(false);
            out.push(buffer);
          } else {
            for (const buffer of out.splice(step.index, 1)) pool[step.kind](buffer);
          }
          expect(pool.lentBytes).toBeLessThanOrEqual(budgetBytes);
        }
        for (const buffer of out) pool.give(buffer);
        expect(pool.lentBytes).toBe(0);
      }),
    );
  });

  it("gives small buffers to whoever comes once its budget is out, and large ones again later", () => {
    const pool = new BufferPool(2 * chunkSizes.fast);
    const first = pool.take("fast");
    pool.take("fast");
    expect(pool.take("fast").length).toBe(chunkSizes.slow);
    expect(pool.take("normal").length).toBe(chunkSizes.slow);
    pool.forget(first);
    expect(pool.take("fast")).not.toBe(first);
    expect(pool.take("fast").length).toBe(chunkSizes.slow);
  });

  it("keeps what is in use now, not what a crowd that has left once used", () => {
    const pool = new BufferPool(chunkSizes.fast);
    const crowd = Array.from({ length: chunkSizes.fast / chunkSizes.slow }, () => pool.take("slow"));
    for (const buffer of crowd) pool.give(buffer);
    const buffer = pool.take("normal");
    pool.give(buffer);
    expect(pool.take("normal")).toBe(buffer);
  });
});
