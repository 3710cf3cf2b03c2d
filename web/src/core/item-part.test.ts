import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { PlaybackStage } from "../../../test/web/playback-stage.ts";
import { partOf, type QueuedItem, queuedItem, spanOf } from "./item-part.ts";
import { parseQueueSnapshot } from "./queue-snapshot.ts";

const album = (title: string, startSeconds: number, endSeconds?: number): QueuedItem =>
  queuedItem("album", { title, startSeconds, endSeconds });
const tracks = [album("One", 0, 100), album("Two", 100, 250), album("Three", 250)];

describe("tracks of a cue sheet", () => {
  let stage: PlaybackStage;

  beforeEach(() => {
    vi.useFakeTimers({ now: 1_000_000 });
    stage = new PlaybackStage();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const titleNow = (): string | undefined => stage.controller.state.get().part?.title;
  async function play(queued: readonly QueuedItem[], startIndex: number): Promise<void> {
    stage.controller.playNow(queued, startIndex);
    await vi.advanceTimersByTimeAsync(0);
  }
  function moveTo(seconds: number): void {
    stage.first.positionSeconds = seconds;
    stage.first.tell({ kind: "progress" });
  }

  it("begin where they begin in their file", async () => {
    await play(tracks, 1);
    expect(stage.first.calls).toContain("load /stream/album at 100");
    expect(titleNow()).toBe("Two");
  });

  it("follow on each other without the file being touched, each as a play of its own", async () => {
    await play(tracks, 0);
    stage.first.playFrom(0, 99, 400);
    stage.first.calls.length = 0;
    moveTo(99.7);
    await vi.advanceTimersByTimeAsync(290);
    expect(titleNow()).toBe("One");
    stage.first.positionSeconds = 100;
    await vi.advanceTimersByTimeAsync(10);
    expect([titleNow(), stage.status]).toEqual(["Two", "playing"]);
    expect(stage.first.calls).toEqual(["play"]);
    expect(stage.asked).toEqual(["album"]);
    expect(stage.events.find(({ kind }) => kind === "played")).toMatchObject({
      play: { itemId: "album", durationSeconds: 100, outcome: "completed" },
    });
  });

  it("end where they end, also where the next one is elsewhere", async () => {
    await play([album("Two", 100, 250), "other"], 0);
    stage.first.playFrom(100, 249, 400);
    await vi.advanceTimersByTimeAsync(0);
    expect(stage.second.calls).toContain("load /stream/other at 0");
    moveTo(250.1);
    expect(stage.itemId).toBe("other");
    expect(titleNow()).toBeUndefined();
  });

  it("are gone to within the file where they do not follow on each other", async () => {
    await play([album("Three", 250), album("One", 0, 100)], 0);
    stage.first.playFrom(250, 255, 400);
    stage.first.calls.length = 0;
    stage.controller.next();
    expect(stage.first.calls).toEqual(["seek 0", "play"]);
    expect(titleNow()).toBe("One");
  });

  it("do not end while they are paused, and are not left by seeking", async () => {
    await play(tracks, 1);
    stage.first.playFrom(100, 249, 400);
    moveTo(249.5);
    stage.controller.pause();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(titleNow()).toBe("Two");
    stage.controller.seek(3);
    expect(stage.controller.position.get()).toBe(100);
    stage.controller.seek(120);
    stage.controller.previous();
    expect(stage.controller.position.get()).toBe(100);
    expect(titleNow()).toBe("Two");
  });

  it("survive a reload, and what is no part does not", () => {
    const entries = [
      { id: 1, itemId: "album", part: { title: "Two", startSeconds: 100, endSeconds: 250 } },
      { id: 2, itemId: "album", part: { title: "Three", startSeconds: 250 } },
      { id: 3, itemId: "album", part: { title: "", startSeconds: -1 } },
      { id: 4, itemId: "album", part: 7 },
    ];
    expect(parseQueueSnapshot({ entries }).entries).toEqual(entries.slice(0, 2));
  });

  it("are told from whole items by their times", () => {
    expect(partOf({ title: "a" })).toBeUndefined();
    expect(partOf({ title: "a", startSeconds: 0, endSeconds: 5 })).toEqual({
      title: "a",
      startSeconds: 0,
      endSeconds: 5,
    });
    expect(queuedItem("a", undefined)).toBe("a");
    expect(spanOf({ durationSeconds: 9 })).toEqual({ startSeconds: 0, endSeconds: 9 });
    expect(spanOf({ part: { title: "a", startSeconds: 3 }, durationSeconds: 9 })).toEqual({
      startSeconds: 3,
      endSeconds: 9,
    });
  });
});
