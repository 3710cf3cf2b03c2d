import { expect, it } from "vitest";
import { groupIdOf, itemIdOf, playlistIdOf, sourceIdOf } from "./catalog-ids.ts";

it("ids are what they were: databases, bookmarks and addresses of clients hold them", () => {
  expect(itemIdOf("s3://films/2024", "a/ü.mp4")).toBe("3Wu1KstMOwGsRH2IU_I21Z");
  expect(playlistIdOf("s3://films/2024", "a/ü.mp4")).toBe("vjorHMu3c97k69wIIQG3nv");
  expect(sourceIdOf("s3://films/2024")).toBe("BOQNAvCbSzvc-1QDtfMYzG");
  expect(groupIdOf("album", "kind of blue", "miles davis")).toBe("0u3ertEYkwiAtq6TyHFriN");
});

it("no two pairs of location and key share an id", () => {
  expect(itemIdOf("a", "b/c")).not.toBe(itemIdOf("a/b", "c"));
  expect(itemIdOf('a","b', "c")).not.toBe(itemIdOf("a", 'b","c'));
});
