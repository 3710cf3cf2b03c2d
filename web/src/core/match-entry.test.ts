import { describe, expect, it } from "vitest";
import type { Item } from "../../../src/api/contract.ts";
import { matchEntry, searchTextOf } from "./match-entry.ts";
import type { OwnPlaylistEntry } from "./player-data.ts";

function item(id: string, title: string, creators: readonly string[] = [], more: Partial<Item> = {}): Item {
  return {
    id,
    kind: "audio",
    title,
    creators,
    genres: [],
    source: "music",
    path: `${id}.mp3`,
    captions: [],
    lyrics: [],
    issues: [],
    addedAt: "2026-01-01T00:00:00Z",
    changedAt: "2026-01-01T00:00:00Z",
    ...more,
  };
}

function entry(
  title: string,
  creators: readonly string[] = [],
  more: Partial<OwnPlaylistEntry> = {},
): OwnPlaylistEntry {
  return { title, creators, ...more };
}

describe("what another player's list means", () => {
  it.each([
    [entry("So What", ["Miles Davis"]), item("a", "So What", ["Miles Davis"])],
    [entry("Björk’s Song (feat. Someone)", ["Björk"]), item("a", "Bjork's song", ["BJÖRK"])],
    [entry("Heroes - 2017 Remaster", ["David Bowie"]), item("a", "Heroes", ["David Bowie"])],
    [entry("Queen & King", ["A"]), item("a", "Queen and King", ["A", "B"])],
    [entry("A-ha - Take On Me (Official Video)", ["a-ha"]), item("a", "Take On Me", ["a-ha"])],
    [entry("Take On Me", ["a-ha"]), item("a", "a-ha - Take on Me", ["Some Channel"])],
    [entry("So What", ["Miles Davis"]), item("a", "So What", [], { path: "Miles Davis/Kind of Blue/01.flac" })],
    [entry("So What", ["Miles Davis"], { durationSeconds: 562 }), item("a", "So What", [], { durationSeconds: 560 })],
    [entry("???", ["X"]), item("a", "???", ["X"])],
    [entry("東京", ["くるり"]), item("a", "東京", ["くるり"])],
  ])("%j is %j", (wanted, had) => expect(matchEntry(wanted, [had])?.id).toBe("a"));

  it.each([
    [entry("So What", ["Pink"]), item("a", "So What", ["Miles Davis"])],
    [entry("So What", ["Miles Davis"]), item("a", "So What Else", ["Miles Davis"])],
    [entry("So What (Live)", ["Miles Davis"]), item("a", "So What", ["Miles Davis"])],
    [entry("So What", ["Miles Davis"]), item("a", "So What")],
    [entry(""), item("a", "")],
  ])("%j is not %j", (wanted, had) => expect(matchEntry(wanted, [had])).toBeUndefined());

  it("is of several the one on the same album, then the one as long", () => {
    const albums = [
      item("best", "So What", ["M"], { album: "Best of" }),
      item("blue", "So What", ["M"], { album: "Kind of Blue" }),
    ];
    expect(matchEntry(entry("So What", ["M"], { album: "Kind Of Blue" }), albums)?.id).toBe("blue");
    const lengths = [
      item("live", "So What", ["M"], { durationSeconds: 900 }),
      item("studio", "So What", ["M"], { durationSeconds: 562 }),
    ];
    expect(matchEntry(entry("So What", ["M"], { durationSeconds: 561 }), lengths)?.id).toBe("studio");
  });

  it("is looked for by its words, without remarks", () => {
    expect(searchTextOf(entry("Heroes (Official Video) - 2017 Remaster", ["David Bowie", "X"]))).toBe(
      "heroes david bowie",
    );
    expect(searchTextOf(entry("Salt & Starlight", ["The Sand and Sea"]))).toBe("salt starlight the sand sea");
    expect(searchTextOf(entry("x".repeat(10_000)))).toHaveLength(200);
  });
});
