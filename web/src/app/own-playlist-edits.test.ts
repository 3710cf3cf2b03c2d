import { describe, expect, it } from "vitest";
import type { OwnPlaylist } from "../core/player-data.ts";
import { moveInPlaylist, removeFromPlaylist, renamePlaylist } from "./own-playlist-edits.ts";

const list: OwnPlaylist = {
  id: "own-1",
  title: "Sunday",
  changedAtMs: 1,
  entries: ["a", "b", "c"].map((title) => ({ itemId: title, title, creators: [] })),
};
const titles = ({ entries }: OwnPlaylist): string => entries.map(({ title }) => title).join("");

describe("a playlist of one's own", () => {
  it.each([
    [0, 2, "bca"],
    [2, 0, "cab"],
    [1, 2, "acb"],
  ])("moves line %d to place %d", (from, to, order) => {
    const moved = moveInPlaylist(list, from, to, 9);
    expect([titles(moved), moved.changedAtMs]).toEqual([order, 9]);
  });

  it.each([
    [0, 0],
    [0, -1],
    [2, 3],
    [7, 0],
  ])("stays the same where line %d has no place %d to go to", (from, to) => {
    expect(moveInPlaylist(list, from, to, 9)).toBe(list);
  });

  it("loses one line at a time, and no other", () => {
    expect(titles(removeFromPlaylist(list, 1, 9))).toBe("ac");
    expect(titles(list)).toBe("abc");
  });

  it("takes another name, which is never nothing nor ten pages long", () => {
    expect(renamePlaylist(list, "  Monday ", 9)).toMatchObject({ title: "Monday", changedAtMs: 9 });
    expect(renamePlaylist(list, "   ", 9)).toBe(list);
    expect(renamePlaylist(list, "x".repeat(10_000), 9).title).toHaveLength(200);
  });
});
