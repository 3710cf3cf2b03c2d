import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { createMemorySliceStore } from "../cache/memory-slice-store.ts";
import type { SliceStore } from "../cache/slice-store.ts";
import { sliceStoreConformance } from "./slice-store-conformance.ts";
import type { SliceStoreFixture, SliceStoreWish } from "./slice-store-subject.ts";

/** Runs one named test of the suite outside the runner, against a memory store that was tampered with. */
async function runCase(name: string, tamper: (wish: SliceStoreWish) => SliceStore): Promise<void> {
  const registered = new Map<string, () => Promise<void>>();
  const collect = (title: string, body: () => Promise<void>): void => {
    registered.set(title, body);
  };
  const create = async (wish: SliceStoreWish): Promise<SliceStoreFixture> => {
    const store = tamper(wish);
    return { store, close: async () => await store[Symbol.asyncDispose]() };
  };
  sliceStoreConformance(
    { name: "tampered", create, seed: 7 },
    { describe: (_, body) => body(), it: Object.assign(collect, { skip: () => {} }) },
  );
  const body = registered.get(name);
  if (body === undefined) throw new Error(`there is no test "${name}"`);
  await body();
}

/** A memory store with some of its methods replaced. */
function tampered(wish: SliceStoreWish, replace: (inner: SliceStore) => Partial<SliceStore>): SliceStore {
  const inner = createMemorySliceStore(wish);
  const replaced = replace(inner);
  return new Proxy(inner, {
    get: (target, name) => {
      const own: unknown = Reflect.get(replaced, name);
      const value: unknown = own ?? Reflect.get(target, name);
      return typeof value === "function" && own === undefined ? value.bind(target) : value;
    },
  });
}

describe("sliceStoreConformance notices a store that", () => {
  const whole = createMemorySliceStore;

  it.each([
    {
      fault: "mixes versions",
      test: "slices, versions and objects are kept apart, whatever their names",
      tamper: (wish: SliceStoreWish) =>
        tampered(wish, (inner) => ({
          put: (key, bytes) => inner.put({ ...key, version: "same" }, bytes),
          has: (key) => inner.has({ ...key, version: "same" }),
          open: (key) => inner.open({ ...key, version: "same" }),
        })),
    },
    {
      fault: "lends its own bytes",
      test: "small ranges that are read again and again stay right",
      tamper: (wish: SliceStoreWish) => {
        const kept = new Map<string, Uint8Array>();
        return tampered(wish, (inner) => ({
          put: (key, bytes) => {
            kept.set(JSON.stringify(key), bytes.slice());
            return inner.put(key, bytes);
          },
          open: async (key) => {
            const bytes = kept.get(JSON.stringify(key)) ?? new Uint8Array(0);
            return {
              lengthBytes: bytes.length,
              read: ({ start, end }, sink) => sink.write(bytes.subarray(start, end)),
              [Symbol.asyncDispose]: async () => {},
            };
          },
        }));
      },
    },
    {
      fault: "reads the caller's buffer after the put has settled",
      test: "the bytes put are lent only until the put settles",
      tamper: (wish: SliceStoreWish) =>
        tampered(wish, (inner) => ({
          put: async (key, bytes) => {
            setTimeout(() => void inner.put(key, bytes), 0);
            return true;
          },
          open: async (key) => {
            await sleep(5);
            return await inner.open(key);
          },
        })),
    },
    {
      fault: "holds more than its limit",
      test: "the bound holds under a random load, and no byte is wrong (seed 7)",
      tamper: ({ sliceBytes, limitBytes }: SliceStoreWish) =>
        new Proxy(whole({ sliceBytes, limitBytes: limitBytes * 2 }), {
          get: (target, name) => {
            const value: unknown = Reflect.get(target, name);
            return name === "limitBytes" ? limitBytes : typeof value === "function" ? value.bind(target) : value;
          },
        }),
    },
    {
      fault: "lets a removed slice come back",
      test: "what is removed while it is being put is not held afterwards",
      tamper: (wish: SliceStoreWish) =>
        tampered(wish, (inner) => ({
          put: async (key, bytes) => {
            await sleep(3);
            return await inner.put(key, bytes);
          },
        })),
    },
    {
      fault: "keeps only what came last",
      test: "a scan does not drive out what is read again and again",
      tamper: (wish: SliceStoreWish) => {
        let puts = 0;
        return tampered(wish, (inner) => ({
          put: async (key, bytes) => {
            puts += 1;
            if (puts % 40 === 0) await inner.remove({ kind: "prefix", prefix: "" });
            return await inner.put(key, bytes);
          },
        }));
      },
    },
  ])("$fault", async ({ test, tamper }) => {
    await expect(runCase(test, tamper)).rejects.toThrow();
    await expect(runCase(test, whole)).resolves.toBeUndefined();
  });
});
