import { describe, expect, it } from "vitest";
import { foldText } from "./fold-text.ts";
import { compareRanked, type QueryWord, rankOf } from "./search-ranking.ts";
import { formatSearchText, queryTerms } from "./search-terms.ts";

interface Song {
  readonly title: string;
  readonly creator?: string;
  readonly playCount?: number;
}

/** The titles of those that match, best first. */
function ranked(text: string, songs: readonly Song[], typos: Readonly<Record<string, number>> = {}): string[] {
  const words: QueryWord[] = queryTerms(text).map((word) => ({
    text: word,
    mayBePrefix: true,
    typos: new Map(Object.entries(typos)),
  }));
  return songs
    .flatMap(({ title, creator = "", playCount = 0 }) => {
      const titleFold = foldText(title);
      const candidate = {
        id: title,
        titleFold,
        searchText: formatSearchText({ title, creators: [creator] }),
        playCount,
      };
      const rank = rankOf({ folded: foldText(text), words }, candidate);
      return rank === undefined ? [] : [{ id: title, titleFold, rank, title }];
    })
    .toSorted(compareRanked)
    .map(({ title }) => title);
}

describe("rankOf", () => {
  it("asks for every word", () => {
    expect(
      ranked("blue moon", [{ title: "Blue" }, { title: "Moon", creator: "Blue" }, { title: "Blue Moon" }]),
    ).toEqual(["Blue Moon", "Moon"]);
  });

  it("puts exact first, then starts, then holding, then other fields", () => {
    const songs = [
      { title: "So", creator: "Sun" },
      { title: "Black Sun" },
      { title: "Sunny" },
      { title: "Sun City" },
      { title: "Sun" },
    ];
    expect(ranked("sun", songs)).toEqual(["Sun", "Sun City", "Sunny", "Black Sun", "So"]);
  });

  it("puts words next to each other before words apart", () => {
    expect(ranked("red car", [{ title: "My Red New Car" }, { title: "Big Old Red Car" }])).toEqual([
      "Big Old Red Car",
      "My Red New Car",
    ]);
  });

  it("puts what is played more before what is shorter, within a tier only", () => {
    const songs = [{ title: "Sun B" }, { title: "Sun Over Me", playCount: 30 }, { title: "Sun" }];
    expect(ranked("sun", songs)).toEqual(["Sun", "Sun Over Me", "Sun B"]);
  });

  it("puts what was typed before what was corrected", () => {
    expect(ranked("form", [{ title: "From" }, { title: "The Form" }], { from: 1 })).toEqual(["The Form", "From"]);
  });
});
