import fc from "fast-check";
import { expect, it } from "vitest";
import { sourceIdOf } from "../catalog/index.ts";
import { formatLiveItemId, parseLiveItemId } from "./live-item-id.ts";

const sourceId = sourceIdOf("https://video.example/");

it("says where a live item lies, in letters that an address may hold", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 }), (key) => {
      const id = formatLiveItemId({ sourceId, key });
      expect(id).toMatch(/^[\w~-]+$/);
      expect(parseLiveItemId(id)).toEqual({ sourceId, key });
    }),
  );
});

it("knows no second spelling, and no id of the catalog", () => {
  const id = formatLiveItemId({ sourceId, key: "youtube:a" });
  for (const other of [
    sourceId,
    "",
    "~",
    `~${sourceId}`,
    `${id}=`,
    `${id} `,
    id.slice(1),
    `${id}${"A".repeat(3000)}`,
  ]) {
    expect(parseLiveItemId(other)).toBeUndefined();
  }
});
