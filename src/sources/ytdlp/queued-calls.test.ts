import { expect, it } from "vitest";
import { QueuedCalls } from "./queued-calls.ts";

it("tells everybody who waits for a call its place in the queue, until it has ended or was given up", async () => {
  const calls = new QueuedCalls<string>();
  const { promise, resolve } = Promise.withResolvers<string>();
  let move: ((position: number) => void) | undefined;
  const [first, second]: [number[], number[]] = [[], []];
  const one = calls.run("a", { onPosition: (position) => first.push(position) }, (_signal, onPosition) => {
    move = onPosition;
    onPosition(3);
    return promise;
  });
  const leaving = new AbortController();
  const other = calls.run(
    "a",
    { signal: leaving.signal, onPosition: (position) => second.push(position) },
    () => promise,
  );
  expect(calls.positionOf("a")).toBe(3);
  move?.(1);
  leaving.abort();
  await expect(other).rejects.toMatchObject({ code: "aborted" });
  move?.(0);
  expect([first, second]).toEqual([
    [3, 1, 0],
    [3, 1],
  ]);
  resolve("done");
  expect(await one).toBe("done");
  expect(calls.positionOf("a")).toBeUndefined();

  const given = new AbortController();
  const third = calls.run("b", { signal: given.signal }, () => Promise.withResolvers<string>().promise);
  expect(calls.positionOf("b")).toBe(0);
  given.abort();
  await expect(third).rejects.toMatchObject({ code: "aborted" });
  expect(calls.positionOf("b")).toBeUndefined();
});
