import { describe, expect, it } from "vitest";
import { SharedCalls, untilAborted } from "./shared-calls.ts";

/** Calls that end when the test says so. */
function stage(): {
  calls: SharedCalls<string>;
  discarded: string[];
  begun: { signal: AbortSignal; end: PromiseWithResolvers<string> }[];
  begin: (signal: AbortSignal) => Promise<string>;
} {
  const discarded: string[] = [];
  const begun: { signal: AbortSignal; end: PromiseWithResolvers<string> }[] = [];
  return {
    calls: new SharedCalls<string>((value) => discarded.push(value)),
    discarded,
    begun,
    begin: (signal) => {
      const end = Promise.withResolvers<string>();
      begun.push({ signal, end });
      return end.promise;
    },
  };
}

describe("SharedCalls", () => {
  it("makes one of calls that run at the same time, and tells who was first", async () => {
    const { calls, begun, begin } = stage();
    const both = Promise.all([calls.run("a", undefined, begin), calls.run("a", undefined, begin)]);
    begun[0]?.end.resolve("value");
    expect(await both).toEqual([
      { value: "value", isFirst: true },
      { value: "value", isFirst: false },
    ]);
    expect(begun).toHaveLength(1);
    const later = calls.run("a", undefined, begin);
    begun[1]?.end.resolve("another");
    expect((await later).value).toBe("another");
  });

  it("goes on while anybody waits, ends when the last has left, and frees what comes too late", async () => {
    const { calls, begun, begin, discarded } = stage();
    const [one, other] = [new AbortController(), new AbortController()];
    const results = [one, other].map(({ signal }) => calls.run("a", signal, begin).catch((error: unknown) => error));
    one.abort();
    expect(await results[0]).toMatchObject({ code: "aborted" });
    expect(begun[0]?.signal.aborted).toBe(false);
    other.abort();
    expect(await results[1]).toMatchObject({ code: "aborted" });
    expect(begun[0]?.signal.aborted).toBe(true);
    begun[0]?.end.resolve("late");
    await begun[0]?.end.promise;
    await Promise.resolve();
    expect(discarded).toEqual(["late"]);
  });

  it("does not take away from somebody what he has", async () => {
    const { calls, begun, begin, discarded } = stage();
    const result = calls.run("a", undefined, begin);
    begun[0]?.end.resolve("value");
    await result;
    expect([begun[0]?.signal.aborted, discarded]).toEqual([false, []]);
  });

  it("starts afresh after forget(), and leaves those alone who wait already", async () => {
    const { calls, begun, begin } = stage();
    const early = calls.run("a", undefined, begin);
    calls.forget("a");
    const late = calls.run("a", undefined, begin);
    begun[0]?.end.resolve("old");
    begun[1]?.end.resolve("new");
    expect([(await early).value, (await late).value]).toEqual(["old", "new"]);
  });
});

describe("untilAborted()", () => {
  it("settles like the promise, or at once where the signal has fired", async () => {
    expect(await untilAborted(Promise.resolve(1), new AbortController().signal)).toBe(1);
    await expect(untilAborted(Promise.reject(new Error("no")), new AbortController().signal)).rejects.toThrow("no");
    await expect(untilAborted(Promise.withResolvers().promise, AbortSignal.abort())).rejects.toMatchObject({
      code: "aborted",
    });
  });
});
