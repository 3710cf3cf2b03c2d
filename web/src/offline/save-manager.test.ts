import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { Item } from "../../../src/api/contract.ts";
import { createMediaHandler } from "../../../src/delivery/index.ts";
import { createMemorySource } from "../../../src/sources/index.ts";
import { findPatternBreach, patternBytes } from "../../../src/testing/pattern-bytes.ts";
import { SaveManager, type SaveManagerOptions } from "./save-manager.ts";
import type { SavedItem } from "./saved-item.ts";
import { segmentBytes } from "./segment-grid.ts";
import type { TabMessage } from "./tab-channel.ts";

const sizeBytes = 2 * segmentBytes + 12_345;

function itemNamed(id: string): Item {
  return {
    id,
    kind: "audio",
    title: id,
    creators: [],
    genres: [],
    sizeBytes,
    mediaType: "audio/mpeg",
    source: "films",
    path: id,
    captions: [],
    lyrics: [],
    issues: [],
    addedAt: "2024-05-01T12:00:00Z",
    changedAt: "2024-05-01T12:00:00Z",
  };
}

/** A device with its browser's storage in memory, over this package's own delivery. */
class Device {
  readonly source = createMemorySource();
  readonly records = new Map<string, SavedItem>();
  readonly segments = new Map<string, Blob>();
  readonly asked: string[] = [];
  readonly errors: unknown[] = [];
  quotaBytes = 1_000_000_000;
  /** What there is room for, whatever the quota says. */
  givenBytes = Infinity;
  /** Called before each answer. */
  beforeAnswer: (asked: number) => Promise<void> | void = () => {};
  failPut = false;
  readonly #listeners: ((message: TabMessage) => void)[] = [];
  readonly #handler = createMediaHandler(this.source);
  /** Locks outlive a test: each device has names of its own. */
  readonly #name = crypto.randomUUID();

  /** A tab of the browser. */
  openTab(): SaveManager {
    const own: ((message: TabMessage) => void)[] = [];
    return new SaveManager({
      store: {
        kind: "opfs",
        put: async (itemId, index, bytes) => {
          if (this.failPut) throw new DOMException("full", "QuotaExceededError");
          this.segments.set(`${itemId}/${index}`, new Blob([bytes]));
        },
        get: async (itemId, index) => this.segments.get(`${itemId}/${index}`),
        delete: async (itemId) => void this.#dropSegments((id) => id === itemId),
        deleteExcept: async (kept) => this.#dropSegments((id) => !kept.has(id)),
      },
      records: {
        list: async () => Array.from(this.records.values()),
        get: async (itemId) => this.records.get(itemId),
        put: async (saved) => void this.records.set(saved.itemId, saved),
        delete: async (itemId) => void this.records.delete(itemId),
      },
      assets: { save: async () => {}, delete: async () => {} },
      fetchMedia: (url, init) => this.#fetch(url, init),
      resolveUrl: async (itemId) => `http://127.0.0.1/${itemId}`,
      hasRoomFor: async (neededBytes) => neededBytes <= this.givenBytes,
      estimate: async () => ({ quotaBytes: this.quotaBytes, usageBytes: this.segments.size * segmentBytes }),
      channel: {
        send: (message) => {
          for (const listener of this.#listeners) if (!own.includes(listener)) listener(message);
        },
        listen: (listener) => {
          own.push(listener);
          this.#listeners.push(listener);
          return () => this.#listeners.splice(this.#listeners.indexOf(listener), 1);
        },
      },
      locks: {
        request: (name: string, ...rest: [never]) => navigator.locks.request(`${this.#name}${name}`, ...rest),
      } as SaveManagerOptions["locks"],
      simultaneous: () => 2,
      onError: (error) => this.errors.push(error),
      now: Date.now,
      wait: async () => await sleep(1),
    });
  }

  #dropSegments(isDropped: (itemId: string) => boolean): number {
    const dropped = Array.from(this.segments.keys()).filter((key) => isDropped(key.split("/")[0] ?? ""));
    for (const key of dropped) this.segments.delete(key);
    return dropped.length;
  }

  async #fetch(url: string, init: RequestInit): Promise<Response> {
    const request = new Request(url, init);
    const key = new URL(url).pathname.slice(1);
    this.asked.push(`${key} ${request.headers.get("range")}`);
    await this.beforeAnswer(this.asked.length);
    request.signal.throwIfAborted();
    return await this.#handler.handleWeb(request, key);
  }
}

async function until(isTrue: () => boolean): Promise<void> {
  for (let tries = 0; !isTrue(); tries += 1) {
    expect(tries, "waited for too long").toBeLessThan(2_000);
    await sleep(2);
  }
}

async function bytesOf(device: Device, itemId: string): Promise<Uint8Array> {
  const parts = [0, 1, 2].map((index) => device.segments.get(`${itemId}/${index}`) ?? new Blob([]));
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

function stateOf(tab: SaveManager, itemId: string): string | undefined {
  return tab.items.get().get(itemId)?.state;
}

describe("SaveManager", () => {
  it("saves items byte for byte, two at a time, and tells how far it is", async () => {
    const device = new Device();
    for (const key of ["a", "b", "c"]) device.source.put(key, { bytes: patternBytes(0, sizeBytes) });
    let most = 0;
    using tab = device.openTab();
    tab.progress.subscribe(() => (most = Math.max(most, tab.progress.get().size)));
    await tab.start();
    expect(await tab.save(["a", "b", "c"].map(itemNamed))).toEqual({ kind: "fits" });
    await until(() => ["a", "b", "c"].every((id) => stateOf(tab, id) === "saved"));
    for (const id of ["a", "b", "c"]) {
      const bytes = await bytesOf(device, id);
      expect(bytes.length).toBe(sizeBytes);
      expect(findPatternBreach(bytes, 0)).toBe(-1);
    }
    expect(most).toBe(2);
    await until(() => tab.progress.get().size === 0);
    expect(device.errors).toEqual([]);
  });

  it("goes on at the last whole segment after a pause, and after a reload", async () => {
    const device = new Device();
    device.source.put("a", { bytes: patternBytes(0, sizeBytes) });
    const tab = device.openTab();
    device.beforeAnswer = async (asked) => {
      if (asked === 2) await tab.pause("a");
    };
    await tab.save([itemNamed("a")]);
    await until(() => stateOf(tab, "a") === "paused");
    await sleep(20);
    expect(device.segments.size).toBe(1);
    expect(device.records.get("a")).toMatchObject({ state: "paused", segments: 1 });
    await tab.resume("a");
    device.beforeAnswer = (asked) => {
      if (asked === 4) tab[Symbol.dispose]();
    };
    await until(() => device.asked.length === 4);
    await sleep(20);
    expect(device.records.get("a")?.segments).toBe(2);
    device.beforeAnswer = () => {};
    using reloaded = device.openTab();
    await reloaded.start();
    await until(() => stateOf(reloaded, "a") === "saved");
    expect(findPatternBreach(await bytesOf(device, "a"), 0)).toBe(-1);
    expect(device.asked.map((ask) => ask.split("=")[1]?.split("-")[0])).toEqual(
      [0, 1, 1, 2, 2].map((index) => `${index * segmentBytes}`),
    );
  });

  it("goes on through an outage, and begins anew where the source changed", async () => {
    const device = new Device();
    device.source.put("a", { bytes: patternBytes(0, sizeBytes), etag: '"1"' });
    device.beforeAnswer = (asked) => {
      if (asked === 2 || asked === 3) throw new TypeError("Failed to fetch");
      if (asked === 4) device.source.put("a", { bytes: patternBytes(0, sizeBytes, 9), etag: '"2"' });
    };
    using tab = device.openTab();
    await tab.save([itemNamed("a")]);
    await until(() => stateOf(tab, "a") === "saved");
    const bytes = await bytesOf(device, "a");
    expect(bytes.length).toBe(sizeBytes);
    expect(findPatternBreach(bytes, 0, 9)).toBe(-1);
    expect(device.records.get("a")?.etag).toBe('"2"');
  });

  it("tells before the first byte that there is no room, and leaves nothing", async () => {
    const device = new Device();
    device.quotaBytes = 40_000_000;
    using tab = device.openTab();
    expect(await tab.save([itemNamed("a")])).toMatchObject({ kind: "no-room", neededBytes: sizeBytes });
    expect([device.records.size, device.asked.length]).toEqual([0, 0]);
    // Where the browser promises more than it gives.
    device.quotaBytes = 10 ** 12;
    device.givenBytes = sizeBytes - 1;
    expect(await tab.save([itemNamed("a")])).toEqual({ kind: "no-room", neededBytes: sizeBytes });
    expect([device.records.size, device.asked.length]).toEqual([0, 0]);
  });

  it("leaves nothing where the size came too late, or the browser's quota sooner than it said", async () => {
    const device = new Device();
    device.source.put("a", { bytes: patternBytes(0, sizeBytes) });
    device.quotaBytes = 40_000_000;
    using tab = device.openTab();
    const { sizeBytes: _, ...unknown } = itemNamed("a");
    await tab.save([unknown]);
    await until(() => stateOf(tab, "a") === "failed");
    expect(tab.items.get().get("a")?.message).toBe("It needs 9 MB, and 7 MB are free.");
    device.quotaBytes = 1_000_000_000;
    device.beforeAnswer = (asked) => {
      device.failPut = asked === 3;
    };
    await tab.resume("a");
    await until(() => stateOf(tab, "a") === "failed");
    expect(device.segments.size).toBe(0);
    expect(tab.items.get().get("a")?.message).toContain("no room");
  });

  it("says why the server does not let it be saved", async () => {
    const device = new Device();
    device.source.put("a", { bytes: new Uint8Array(10), sizeIsKnown: false });
    using tab = device.openTab();
    await tab.save([itemNamed("a")]);
    await until(() => stateOf(tab, "a") === "failed");
    expect(tab.items.get().get("a")?.message).toContain("does not tell how long it is");
  });

  it("removes, also in the middle", async () => {
    const device = new Device();
    device.source.put("a", { bytes: patternBytes(0, sizeBytes) });
    using tab = device.openTab();
    device.beforeAnswer = async (asked) => {
      if (asked === 2) await tab.remove("a");
    };
    await tab.save([itemNamed("a")]);
    await until(() => device.asked.length === 2);
    await sleep(20);
    expect([device.records.size, device.segments.size, tab.items.get().size]).toEqual([0, 0, 0]);
    expect(device.errors).toEqual([]);
  });

  it("does the same thing once in two tabs, and goes on in the one that is left", async () => {
    const device = new Device();
    device.source.put("a", { bytes: patternBytes(0, sizeBytes) });
    const first = device.openTab();
    using second = device.openTab();
    device.beforeAnswer = async (asked) => {
      if (asked === 2) {
        await second.start();
        await sleep(5);
        expect(second.progress.get().get("a")?.receivedBytes).toBe(segmentBytes);
        first[Symbol.dispose]();
      }
    };
    await first.save([itemNamed("a")]);
    await until(() => stateOf(second, "a") === "saved");
    expect(findPatternBreach(await bytesOf(device, "a"), 0)).toBe(-1);
    // The second segment was asked for twice, the others once.
    expect(device.asked).toHaveLength(4);
  });

  it("notices at its start what the browser cleared away, and drops what belongs to nothing", async () => {
    const device = new Device();
    device.source.put("a", { bytes: patternBytes(0, sizeBytes) });
    const tab = device.openTab();
    await tab.save([itemNamed("a")]);
    await until(() => stateOf(tab, "a") === "saved");
    tab[Symbol.dispose]();
    device.segments.clear();
    device.segments.set("stranger/0", new Blob([]));
    using reloaded = device.openTab();
    await reloaded.start();
    expect(stateOf(reloaded, "a")).toBe("lost");
    expect(device.segments.size).toBe(0);
    await reloaded.save([itemNamed("a")]);
    await until(() => stateOf(reloaded, "a") === "saved");
  });
});
