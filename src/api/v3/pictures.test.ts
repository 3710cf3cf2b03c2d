import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { SourceError } from "../../source/index.ts";
import { createMemorySource } from "../../sources/index.ts";
import { ByteLimitedMap } from "./byte-limited-map.ts";
import { chooseArtworkFormat, createPictures } from "./pictures.ts";
import { TurnQueue } from "./turn-queue.ts";

const png = await sharp({ create: { width: 300, height: 200, channels: 3, background: "#0b6b7d" } })
  .png()
  .toBuffer();

describe("createPictures()", () => {
  const memory = createMemorySource({ "cover.png": new Uint8Array(png), "broken.png": new Uint8Array(200) });
  const source = { name: "pictures", source: memory };
  const named = (
    key: string,
  ): {
    name: string;
    source: typeof source;
    item: { key: string; kind: "audio"; artwork: { type: "object"; key: string } };
  } => ({
    name: key,
    source,
    item: { key: "song.mp3", kind: "audio", artwork: { type: "object", key } },
  });

  it("makes one picture for all who want it, in few sizes", async () => {
    let reads = 0;
    const open: typeof memory.open = (...args) => ((reads += 1), memory.open(...args));
    const counting = { name: "counted", source: { ...memory, open } };
    const pictures = createPictures({});
    const wanted = [100, 128, 65].map((size) =>
      pictures.picture({ ...named("cover.png"), source: counting }, size, "webp"),
    );
    const [one, ...others] = await Promise.all(wanted);
    expect(reads).toBe(1);
    expect(
      others.every((other) => "bytes" in other && one !== undefined && "bytes" in one && other.bytes === one.bytes),
    ).toBe(true);
    const { width, height, format } = await sharp(one !== undefined && "bytes" in one ? one.bytes : png).metadata();
    expect([width, height, format]).toEqual([128, 85, "webp"]);
    await pictures.picture({ ...named("cover.png"), source: counting }, 128, "webp");
    expect(reads).toBe(1);
    await pictures.picture({ ...named("cover.png"), source: counting }, 128, "jpeg");
    expect(reads).toBe(2);
  });

  it("says what is wrong with a picture, and rejects where its source fails", async () => {
    const pictures = createPictures({});
    expect(await pictures.picture(named("broken.png"), 64, "webp")).toEqual({ problem: expect.any(String) });
    await expect(pictures.picture(named("none.png"), 64, "webp")).rejects.toThrow(SourceError);
    const elsewhere = {
      ...named(""),
      item: { key: "a", kind: "audio" as const, artwork: { type: "url" as const, url: "https://a.example/" } },
    };
    expect(await pictures.picture(elsewhere, 64, "webp")).toEqual({ problem: expect.stringContaining("elsewhere") });
  });

  it("has what lies elsewhere fetched as the source that points there may", async () => {
    const asked: unknown[] = [];
    const pictures = createPictures({
      fetchPicture: async (address, options) => (asked.push([address, options.source]), new Uint8Array(png)),
    });
    const url = "http://192.168.1.7/cover.png";
    const item = { key: "a", kind: "audio" as const, artwork: { type: "url" as const, url } };
    expect(await pictures.picture({ name: "a", source, item }, 64, "webp")).toHaveProperty("bytes");
    expect(asked).toEqual([[url, "pictures"]]);
  });
});

it.each([
  [null, "jpeg"],
  ["*/*", "jpeg"],
  ["image/avif,image/webp,image/apng,*/*;q=0.8", "webp"],
  ["image/avif", "avif"],
  ["image/avif, image/webp;q=0", "avif"],
  ["image/webp;q=0.0, image/avif ; q=0", "jpeg"],
  ["IMAGE/WEBP;q=0.5", "webp"],
])("answers Accept: %s with %s", (accept, format) => {
  expect(chooseArtworkFormat(accept)).toBe(format);
});

it("keeps bytes up to a total, and drops first what was asked for longest ago", () => {
  const map = new ByteLimitedMap(100);
  for (const name of ["a", "b", "c", "d"]) {
    map.set(name, new Uint8Array(25));
  }
  map.get("a");
  map.set("e", new Uint8Array(20));
  expect(["a", "b", "c", "d", "e"].filter((name) => map.get(name) !== undefined)).toEqual(["a", "c", "d", "e"]);
  map.set("large", new Uint8Array(26));
  map.set("a", new Uint8Array(26));
  expect([map.get("large"), map.get("a")]).toEqual([undefined, undefined]);
  expect(map.get("e")).toBeDefined();
});

it("lets a few run, a few wait, and turns the others away", async () => {
  const queue = new TurnQueue(2, 3);
  let [running, most] = [0, 0];
  const work = async (): Promise<void> => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setTimeout(resolve, 5));
    running -= 1;
  };
  const settled = await Promise.allSettled(Array.from({ length: 7 }, () => queue.run(work)));
  expect(settled.map(({ status }) => status)).toEqual([...Array(5).fill("fulfilled"), "rejected", "rejected"]);
  expect(most).toBe(2);
  await expect(queue.run(() => Promise.reject(new Error("own")))).rejects.toThrow("own");
  expect(await queue.run(() => Promise.resolve("free again"))).toBe("free again");
});
