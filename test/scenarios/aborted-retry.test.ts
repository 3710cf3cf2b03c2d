import { describe, expect, it } from "vitest";
import { createHttpSource } from "../../src/sources/index.ts";
import { CollectingSink } from "../../src/bytes/index.ts";
import { FaultyUpstream } from "../upstream/faulty-upstream.ts";
import { patternObject } from "../upstream/upstream-object.ts";

describe("a signal that fires between two tries", () => {
  it("makes open() and read() reject with aborted, not with what was to be tried again", async () => {
    await using upstream = await FaultyUpstream.start();
    await using source = createHttpSource({ baseUrl: new URL(upstream.origin) });
    upstream.put("a", patternObject(3_000_000));
    upstream.fault("a", { kind: "slow-down", retryAfterSeconds: 4 });
    const opening = source.open("a", { signal: AbortSignal.timeout(100) });
    await expect(opening).rejects.toMatchObject({ code: "aborted" });
    upstream.fault("a", { kind: "slow-down", retryAfterSeconds: 4, after: 1 });
    await using object = await source.open("a");
    const reading = object.read({ start: 0, end: 3_000_000 }, new CollectingSink(), {
      signal: AbortSignal.timeout(300),
    });
    await expect(reading).rejects.toMatchObject({ code: "aborted" });
  });
});
