import { expect, it } from "vitest";
import { chooseFormat, parseQuality } from "./quality.ts";

const audio = [128, 48, 160].map((kbit) => ({
  id: `a${kbit}`,
  label: "",
  mediaType: "audio/webm",
  bitsPerSecond: kbit * 1000,
}));
const video = { id: "v", label: "", mediaType: "video/mp4", bitsPerSecond: 900_000 };

it.each([
  ["hi", "a160"],
  ["lo", "a48"],
  ["md", "a128"],
  [undefined, "a128"],
  ["best", "a128"],
])("gives quality %j the format %s", (quality, id) => {
  expect(chooseFormat([video, ...audio], parseQuality(quality))?.id).toBe(id);
});

it("gives no playlist: old clients hand the address to whatever plays files", () => {
  const playlist = { id: "hls~all", label: "", mediaType: "application/vnd.apple.mpegurl", bitsPerSecond: 2_000_000 };
  expect(chooseFormat([playlist, video], "hi")?.id).toBe("v");
  expect(chooseFormat([playlist], "hi")).toBeUndefined();
});

it("takes what there is", () => {
  expect(chooseFormat([video], "lo")?.id).toBe("v");
  expect(chooseFormat([], "hi")).toBeUndefined();
});
