import { expect, it } from "vitest";
import { RateLimit } from "./rate-limit.ts";

it("lets a burst through and then so many a second, for each name by itself", () => {
  let now = 0;
  const limit = new RateLimit({ perSecond: 0.5, burst: 3, now: () => now });
  expect([1, 2, 3].map(() => limit.take("a").kind)).toEqual(["taken", "taken", "taken"]);
  expect(limit.take("a")).toEqual({ kind: "refused", retryAfterSeconds: 2 });
  expect(limit.take("b").kind).toBe("taken");
  now += 1000;
  expect(limit.take("a")).toEqual({ kind: "refused", retryAfterSeconds: 1 });
  now += 1000;
  expect([limit.take("a").kind, limit.take("a").kind]).toEqual(["taken", "refused"]);
  now += 3_600_000;
  expect([1, 2, 3, 4].map(() => limit.take("a").kind)).toEqual(["taken", "taken", "taken", "refused"]);
});
