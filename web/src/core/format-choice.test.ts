import { describe, expect, it } from "vitest";
import type { StreamFormat } from "../../../src/api/contract.ts";
import { chooseFormat, wishOf } from "./format-choice.ts";

const video: readonly StreamFormat[] = [
  { id: "joined", label: "video, 1080p", heightPixels: 1080 },
  { id: "18", label: "video, 360p", heightPixels: 360 },
  { id: "22", label: "video, 720p", heightPixels: 720 },
  { id: "137", label: "video without sound, 1080p", heightPixels: 1080 },
  { id: "136", label: "video without sound, 480p", heightPixels: 480 },
  { id: "140", label: "audio, 128 kbit/s", bitsPerSecond: 128_000 },
  { id: "251", label: "audio, 160 kbit/s", bitsPerSecond: 160_000 },
];
const audio = video.slice(5).toReversed();

describe("the format that is played", () => {
  it.each([
    [{}, undefined],
    [{ mostPixels: 2160 }, undefined],
    [{ mostPixels: 1080 }, undefined],
    [{ mostPixels: 720 }, "22"],
    [{ mostPixels: 480 }, "18"],
    [{ mostPixels: 100 }, "18"],
    [{ mostPixels: 0 }, "140"],
    [{ mostPixels: 0, mostBitsPerSecond: 200_000 }, "251"],
  ])("of a film, with %j wished, is %s", (wish, id) => expect(chooseFormat(video, wish)?.id).toBe(id));

  it.each([
    [{}, undefined],
    [{ mostPixels: 0 }, undefined],
    [{ mostBitsPerSecond: 128_000 }, "140"],
    [{ mostBitsPerSecond: 64_000 }, "140"],
  ])("of a song, with %j wished, is %s", (wish, id) => expect(chooseFormat(audio, wish)?.id).toBe(id));

  it("is the server's own where there is one alone, or none says what it is", () => {
    const original = { id: "original", label: "Original" };
    expect(chooseFormat([original], { mostPixels: 144, mostBitsPerSecond: 1 })).toBeUndefined();
    expect(chooseFormat([original, { id: "b", label: "B" }], { mostBitsPerSecond: 1 })).toBeUndefined();
    expect(chooseFormat([], { mostPixels: 144 })).toBeUndefined();
  });
});

describe("a format picked by hand", () => {
  it.each(["18", "22", "140"])("is the one that its wish leads back to: %s", (id) => {
    const picked = video.find((format) => format.id === id);
    if (picked === undefined) throw new Error("no such format");
    expect(chooseFormat(video, wishOf(picked, video, {}))).toBe(picked);
  });

  it("takes the wish back where it is the best, and leaves that of the other kind", () => {
    const [best] = video;
    if (best === undefined) throw new Error("no format");
    expect(wishOf(best, video, { mostPixels: 360, mostBitsPerSecond: 1 })).toEqual({ mostBitsPerSecond: 1 });
  });
});
