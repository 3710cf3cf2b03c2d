import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defaultSettings, type PlayerData } from "./player-data.ts";
import { formatPlayerData, mergePlayerData, parsePlayerData, playerDataFormat } from "./player-data-file.ts";

const empty: PlayerData = {
  settings: defaultSettings,
  history: [],
  likes: [],
  playlists: [],
  resumePositions: [],
  searches: [],
  hidden: [],
  items: [],
  savedItemIds: [],
};

const full: PlayerData = {
  settings: { ...defaultSettings, volume: 0.4, theme: "dark" },
  history: [{ itemId: "a", startedAtMs: 5, listenedSeconds: 200, durationSeconds: 201, outcome: "completed" }],
  likes: [{ itemId: "a", atMs: 7 }],
  playlists: [
    {
      id: "p",
      title: "Mine",
      changedAtMs: 3,
      entries: [{ itemId: "a", title: "A", creators: ["Ann"], durationSeconds: 200 }],
    },
  ],
  resumePositions: [{ itemId: "b", positionSeconds: 1_200, atMs: 9 }],
  searches: [{ text: "<b>&", atMs: 2 }],
  hidden: [{ itemId: "c", atMs: 1 }],
  items: [
    {
      id: "a",
      kind: "audio",
      title: "A",
      creators: ["Ann"],
      genres: ["Jazz"],
      source: "music",
      path: "a.mp3",
      captions: [],
      lyrics: [],
      issues: [],
      addedAt: "2026-01-01T00:00:00Z",
      changedAt: "2026-01-01T00:00:00Z",
    },
  ],
  savedItemIds: ["a"],
};

function read(value: object): ReturnType<typeof parsePlayerData> {
  return parsePlayerData(JSON.stringify({ format: playerDataFormat, version: 1, ...value }));
}

describe("the file of a player's data", () => {
  it("gives back what was written", () => {
    const text = formatPlayerData(full, new Date(0));
    expect(parsePlayerData(text)).toEqual({ kind: "data", data: full, problems: [] });
    expect(parsePlayerData(`\uFEFF${text}`)).toMatchObject({ kind: "data" });
  });

  it.each([
    ["", "no file of a Sluice player"],
    ["[1, 2]", "no file of a Sluice player"],
    ['{"format":"other"}', "no file of a Sluice player"],
    [formatPlayerData(full, new Date(0)).slice(0, -40), "damaged or was cut off"],
    [`{"format":"${playerDataFormat}"}`, "which version"],
    [`{"format":"${playerDataFormat}","version":2}`, "Update the player first"],
  ])("says in words what is wrong with %j", (text, reason) => {
    expect(parsePlayerData(text)).toEqual({ kind: "invalid", reason: expect.stringContaining(reason) as string });
  });

  it("uses what is good of a file with bad entries, and tells of the others", () => {
    const parsed = read({ likes: [{ itemId: "a", atMs: 1 }, { itemId: 5 }, null], history: "none" });
    expect(parsed).toMatchObject({
      data: { likes: [{ itemId: "a", atMs: 1 }] },
      problems: [
        '"history" is no list and was left out.',
        '2 of 3 entries of "likes" are malformed and were left out.',
      ],
    });
  });

  it("takes no addresses from a file, and no settings out of range", () => {
    const item = { ...full.items[0], artworkUrl: "https://tracker.example/", lyrics: [{ url: "javascript:1" }] };
    const parsed = read({
      items: [item],
      settings: { volume: 50, playbackRate: 0, theme: "x", simultaneousSaves: 1e9 },
    });
    expect(parsed).toMatchObject({
      data: { settings: { volume: 1, playbackRate: 0.25, theme: "system", simultaneousSaves: 6 } },
    });
    expect(JSON.stringify(parsed)).not.toMatch(/tracker|javascript/);
  });

  it("reads anything without failing", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...Object.keys(full)), fc.anything()), (value) => {
        expect(["data", "invalid"]).toContain(
          parsePlayerData(JSON.stringify({ format: playerDataFormat, version: 1, ...value })).kind,
        );
      }),
    );
  });
});

describe("mergePlayerData", () => {
  it("loses nothing, doubles nothing, and prefers the newer", () => {
    expect(mergePlayerData(full, full)).toEqual(full);
    expect(mergePlayerData(empty, full)).toEqual({ ...full, settings: defaultSettings });
    const older = { ...full, resumePositions: [{ itemId: "b", positionSeconds: 5, atMs: 8 }] };
    expect(mergePlayerData(full, older).resumePositions).toEqual(full.resumePositions);
    expect(mergePlayerData(older, full).resumePositions).toEqual(full.resumePositions);
  });
});
