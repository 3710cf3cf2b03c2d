import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BufferPool, chunkSizes } from "./buffer-pool.ts";
import type { Pace } from "./pace-meter.ts";

const mib = 1024 * 1024;

describe("BufferPool", () => {
  it("never lends a buffer to two users, and counts to zero when all are back or written off", () => {
    const action = fc.oneof(
      fc.record({ kind: fc.constant("take" as const), pace: fc.constantFrom<Pace>("slow", "normal", "fast") }),
      fc.record({ kind: fc.constantFrom("give" as const, "forget" as const), index: fc.nat(50) }),
    );
    fc.assert(
      fc.property(fc.array(action, { maxLength: 200 }), (actions) => {
        const pool = new BufferPool({ slow: mib, normal: mib, fast: 2 * mib });
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
          expect(pool.lentBytes).toBeLessThanOrEqual(3 * mib);
        }
        for (const buffer of out) pool.give(buffer);
        expect(pool.lentBytes).toBe(0);
      }),
    );
  });

  it("gives smaller buffers to whoever comes once the budget of a size is out, and larger ones again later", () => {
    const pool = new BufferPool({ slow: mib, normal: chunkSizes.normal, fast: 2 * chunkSizes.fast });
    const first = pool.take("fast");
    pool.take("fast");
    expect(pool.take("fast").length).toBe(chunkSizes.normal);
    expect(pool.take("fast").length).toBe(chunkSizes.slow);
    expect(pool.take("normal").length).toBe(chunkSizes.slow);
    pool.forget(first);
    expect(pool.take("fast")).not.toBe(first);
    expect(pool.take("fast").length).toBe(chunkSizes.slow);
  });

  it("gives nobody a larger one than he needs, and keeps what comes back for the next", () => {
    const pool = new BufferPool({ slow: mib, normal: mib, fast: mib });
    expect(pool.take("fast", chunkSizes.slow).length).toBe(chunkSizes.slow);
    const buffer = pool.take("fast", chunkSizes.slow + 1);
    expect(buffer.length).toBe(chunkSizes.normal);
    pool.give(buffer);
    expect(pool.take("normal")).toBe(buffer);
  });
});
