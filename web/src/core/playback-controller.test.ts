import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { PlaybackStage, ScriptedPort } from "../../../test/web/playback-stage.ts";
import { PlaybackController } from "./playback-controller.ts";
import type { AddressResolver } from "./playback-state.ts";
import { createQueueStore } from "./queue-store.ts";

/** Lets promises settle; no time passes. */
async function settle(): Promise<void> {
  await vi.advanceTimersByTimeAsync(0);
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("PlaybackController", () => {
  it("plays what is put into the queue", async () => {
    const stage = new PlaybackStage();
    stage.controller.playNow(["a", "b"]);
    expect(stage.status).toBe("loading");
    await settle();
    expect(stage.first.calls).toEqual(["load /stream/a at 0", "play"]);
    stage.first.playFrom(0, 3, 200);
    expect(stage.controller.state.get()).toMatchObject({ status: "playing", itemId: "a", durationSeconds: 200 });
    expect(stage.controller.position.get()).toBe(3);
    expect(stage.events).toEqual([{ kind: "started", itemId: "a" }]);
  });

  it("has the next item ready 30 s before the end, in the other port, and begins it within the ended event", async () => {
    const stage = new PlaybackStage();
    stage.controller.playNow(["a", "b"]);
    await settle();
    stage.first.playFrom(0, 150, 200);
    expect(stage.asked).toEqual(["a"]);
    stage.first.playFrom(150, 156, 200);
    await settle();
    expect(stage.asked).toEqual(["a", "b"]);
    expect(stage.second.calls).toEqual(["load /stream/b at 0"]);
    stage.first.positionSeconds = 200;
    // As browsers do.
    stage.first.tell({ kind: "paused" });
    stage.first.tell({ kind: "ended" });
    // No promise had a chance in between.
    expect(stage.second.calls).toEqual(["load /stream/b at 0", "play"]);
    expect(stage.controller.state.get()).toMatchObject({ itemId: "b", portIndex: 1 });
    expect(stage.events.at(-1)).toMatchObject({ kind: "played", play: { itemId: "a", outcome: "completed" } });
    stage.second.playFrom(0, 20, 30);
    stage.second.tell({ kind: "ended" });
    expect(stage.status).toBe("idle");
    expect(stage.events.at(-1)).toMatchObject({ play: { itemId: "b", previousItemId: "a" } });
  });

  it("begins the next item just before the end, and takes that back where it does not end", async () => {
    const stage = new PlaybackStage();
    stage.controller.playNow(["a", "b"]);
    await settle();
    stage.first.playFrom(0, 29, 29.5);
    await settle();
    expect(stage.second.calls).toEqual(["load /stream/b at 0"]);
    stage.first.tell({ kind: "progress" });
    await vi.advanceTimersByTimeAsync(470);
    expect(stage.second.calls.at(-1)).toBe("play");
    stage.controller.seek(10);
    expect(stage.second.calls.slice(-2)).toEqual(["pause", "seek 0"]);
    stage.first.playFrom(10, 29, 29.5);
    await vi.advanceTimersByTimeAsync(470);
    stage.second.durationSeconds = 30;
    stage.second.tell({ kind: "playing" });
    expect(stage.itemId).toBe("a");
    stage.first.tell({ kind: "ended" });
    expect(stage.controller.state.get()).toMatchObject({ status: "playing", itemId: "b", portIndex: 1 });
    expect(stage.events.map(({ kind }) => kind)).toEqual(["started", "played", "started"]);
  });

  it("gives a single port its next address within the ended event too", async () => {
    const stage = new PlaybackStage(1);
    stage.controller.playNow(["a", "b"]);
    await settle();
    stage.first.playFrom(0, 20, 30);
    await settle();
    stage.first.tell({ kind: "ended" });
    expect(stage.first.calls.slice(-2)).toEqual(["load /stream/b at 0", "play"]);
  });

  it("asks anew where what was ready has expired, or another item follows now", async () => {
    const stage = new PlaybackStage();
    stage.answer = async (itemId) => ({ url: `/stream/${itemId}`, expiresAtMs: Date.now() + 10_000 });
    stage.controller.playNow(["a", "b"]);
    await settle();
    stage.first.playFrom(0, 20, 30);
    await settle();
    stage.queue.dispatch({ kind: "play-next", itemIds: ["c"] });
    stage.first.playFrom(20, 25, 30);
    await settle();
    expect(stage.second.calls.at(-1)).toBe("load /stream/c at 0");
    await vi.advanceTimersByTimeAsync(11_000);
    stage.first.tell({ kind: "ended" });
    await settle();
    expect(stage.asked).toEqual(["a", "b", "c", "c"]);
    expect(stage.first.calls.slice(-2)).toEqual(["load /stream/c at 0", "play"]);
  });

  it("goes on where it was after an outage, without being asked", async () => {
    const stage = new PlaybackStage();
    stage.controller.playNow(["a"]);
    await settle();
    stage.first.playFrom(0, 61, 200);
    stage.answer = () => Promise.reject(new TypeError("Failed to fetch"));
    stage.first.fail("network");
    await vi.advanceTimersByTimeAsync(30_000);
    expect(stage.status).toBe("reconnecting");
    stage.answer = async () => ({ url: "/stream/again" });
    await vi.advanceTimersByTimeAsync(5_000);
    expect(stage.first.calls.slice(-2)).toEqual(["load /stream/again at 61", "play"]);
    stage.first.playFrom(61, 62, 200);
    expect(stage.status).toBe("playing");
    expect(stage.events.filter(({ kind }) => kind === "started")).toHaveLength(1);
  });

  it("stays and says why where the server does not come back; play tries again", async () => {
    const stage = new PlaybackStage();
    stage.answer = () => Promise.reject(new TypeError("Failed to fetch"));
    stage.controller.playNow(["a", "b"]);
    await vi.advanceTimersByTimeAsync(200_000);
    expect(stage.controller.state.get()).toMatchObject({
      status: "failed",
      itemId: "a",
      message: "The server is out of reach.",
    });
    stage.answer = async () => ({ url: "/stream/a" });
    stage.controller.play();
    await settle();
    expect(stage.first.calls.at(-1)).toBe("play");
  });

  it("skips what does not play, and says why", async () => {
    const stage = new PlaybackStage();
    stage.answer = async (itemId) => {
      if (itemId === "gone") throw Object.assign(new Error("The library holds this item no longer."), { status: 404 });
      return { url: `/stream/${itemId}` };
    };
    stage.controller.playNow(["gone", "odd", "fine"]);
    await settle();
    await settle();
    expect(stage.itemId).toBe("odd");
    stage.first.fail("unsupported");
    await vi.advanceTimersByTimeAsync(100);
    expect(stage.asked).toEqual(["gone", "odd", "odd"]);
    stage.first.fail("unsupported");
    await settle();
    expect(stage.itemId).toBe("fine");
    expect(stage.events).toEqual([
      { kind: "skipped", itemId: "gone", reason: "The library holds this item no longer." },
      { kind: "skipped", itemId: "odd", reason: "This browser cannot play this format." },
    ]);
  });

  it("does not try for ever what says that it plays, and fails", async () => {
    const stage = new PlaybackStage();
    stage.controller.playNow(["a"]);
    for (let round = 0; round < 100; round += 1) {
      await vi.advanceTimersByTimeAsync(100);
      stage.first.playFrom(0, 0, 200);
      stage.first.fail("decode");
    }
    expect(stage.status).toBe("failed");
    expect(stage.asked).toEqual(["a", "a"]);
  });

  it("does not run through a queue of which nothing plays", async () => {
    const stage = new PlaybackStage();
    stage.answer = () => Promise.reject(Object.assign(new Error("Gone."), { status: 410 }));
    stage.queue.dispatch({ kind: "repeat", mode: "all" });
    stage.controller.playNow(["a", "b", "c"]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(stage.status).toBe("failed");
    expect(stage.events).toHaveLength(3);
  });

  it("comes back to where one was in something long, not in a song", async () => {
    const stage = new PlaybackStage();
    stage.controller.playNow(["talk", "song"]);
    await settle();
    stage.first.playFrom(0, 100, 3_600);
    stage.controller.next();
    await settle();
    stage.first.playFrom(0, 100, 200);
    stage.controller.previous();
    expect(stage.first.calls).toContain("seek 0");
    stage.first.playFrom(0, 2, 200);
    stage.controller.previous();
    await settle();
    expect(stage.first.calls.at(-2)).toBe("load /stream/talk at 100");
    expect(stage.positions).toEqual(new Map([["talk", 100]]));
    expect(stage.events.flatMap((event) => (event.kind === "played" ? [event.play.outcome] : []))).toEqual([
      "stopped",
      "stopped",
    ]);
  });

  it("repeats one item, and a queue of one", async () => {
    for (const mode of ["one", "all"] as const) {
      const stage = new PlaybackStage();
      stage.queue.dispatch({ kind: "repeat", mode });
      stage.controller.playNow(["a"]);
      await settle();
      stage.first.playFrom(0, 30, 30);
      stage.first.tell({ kind: "ended" });
      await settle();
      expect(stage.first.calls.filter((call) => call === "play")).toHaveLength(2);
      stage.first.playFrom(0, 30, 30);
      stage.first.tell({ kind: "ended" });
      expect(stage.events.filter(({ kind }) => kind === "played")).toHaveLength(2);
    }
  });

  it("stops for sleep: at a time, and at the end of an item", async () => {
    const stage = new PlaybackStage();
    stage.controller.playNow(["a", "b"]);
    await settle();
    stage.first.playFrom(0, 20, 30);
    stage.controller.setSleepTimer({ kind: "at", atMs: Date.now() + 60_000 });
    await vi.advanceTimersByTimeAsync(61_000);
    expect(stage.status).toBe("paused");
    stage.controller.play();
    stage.first.playFrom(20, 29, 30);
    stage.controller.setSleepTimer({ kind: "end-of-item" });
    stage.first.tell({ kind: "ended" });
    await settle();
    expect(stage.controller.state.get()).toMatchObject({ status: "paused", itemId: "b" });
    expect(stage.controller.sleepTimer.get()).toBeUndefined();
  });

  it("is paused at once where it had not begun yet, and asks once for what it jumps to", async () => {
    const stage = new PlaybackStage();
    stage.controller.playNow(["a", "b"]);
    stage.controller.pause();
    await settle();
    expect(stage.status).toBe("paused");
    expect(stage.first.calls).toEqual(["pause"]);
    stage.controller.jump(2);
    await settle();
    expect(stage.asked).toEqual(["a", "b"]);
    stage.controller.pause();
    expect(stage.status).toBe("paused");
  });

  it("waits for a gesture where the browser wants one", async () => {
    const stage = new PlaybackStage();
    stage.first.refusal = "NotAllowedError";
    stage.controller.playNow(["a"]);
    await settle();
    expect(stage.controller.state.get()).toMatchObject({
      status: "paused",
      message: expect.stringContaining("press play"),
    });
  });

  it("asks for nothing before it is wanted after a reload, and begins where one was", async () => {
    const queue = createQueueStore();
    queue.dispatch({ kind: "play-now", itemIds: ["a"] });
    const port = new ScriptedPort();
    const resolveAddress = vi.fn<AddressResolver>(async () => ({ url: "/stream/a" }));
    using controller = new PlaybackController({
      queue,
      ports: [port],
      resolveAddress,
      positions: new Map(),
      onEvent: () => {},
      startSeconds: 42,
    });
    await settle();
    expect(resolveAddress).not.toHaveBeenCalled();
    expect(controller.state.get().status).toBe("paused");
    controller.toggle();
    await settle();
    expect(port.calls).toEqual(["load /stream/a at 42", "play"]);
  });
});
