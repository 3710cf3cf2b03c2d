import { expect, it } from "vitest";
import { wantedFormat } from "./wanted-format.ts";

const formats = ["application/vnd.apple.mpegurl", "video/mp4", "audio/webm", "audio/mp4", undefined].map(
  (mediaType, index) => ({ id: `f${index}`, label: "", mediaType }),
);

it.each([
  [{}, "f0"],
  [{ format: "f3", accept: "video/*" }, "f3"],
  [{ format: "none" }, undefined],
  [{ accept: "audio/*" }, "f2"],
  [{ accept: "audio/mp4, audio/ogg" }, "f3"],
  [{ accept: "Audio/MP4;q=0.5" }, "f3"],
  [{ accept: "audio/webm;q=0, audio/mp4" }, "f3"],
  [{ accept: "video/*, audio/*" }, "f1"],
  [{ accept: "application/vnd.apple.mpegurl, audio/*" }, "f0"],
  // What asks for JSON, or for anything, says nothing of players.
  [{ accept: "application/json, text/plain, */*" }, "f0"],
  [{ accept: "audio/flac" }, "f0"],
])("gives who wants %j the format %s", (wish, id) => {
  expect(wantedFormat(formats, wish)?.id).toBe(id);
});

it("has nothing to give where nothing is offered", () => {
  expect(wantedFormat([], { accept: "audio/*" })).toBeUndefined();
});
