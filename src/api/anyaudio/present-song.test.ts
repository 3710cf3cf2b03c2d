import { describe, expect, it } from "vitest";
import { formatAge, formatLength, presentSong } from "./present-song.ts";

const now = new Date("2026-11-21T12:00:00Z");

describe("presentSong()", () => {
  it("spells an item as the old clients read it", () => {
    const item = {
      id: "~a_b-c",
      kind: "audio" as const,
      title: "Low Water",
      creators: ["Tidewater", "Gull"],
      genres: [],
      durationSeconds: 274.4,
      source: "music",
      path: "a.mp3",
      artworkUrl: "/api/v3/items/~a_b-c/artwork",
      captions: [],
      lyrics: [],
      issues: [],
      addedAt: "2026-01-10T00:00:00Z",
      changedAt: "2026-01-10T00:00:00Z",
    };
    const setting = { version: "v2", origin: "https://media.example", now, plays: 1_078_918 } as const;
    expect(presentSong(item, setting)).toEqual({
      id: "~a_b-c",
      title: "Low Water",
      length: "4:34",
      uploader: "Tidewater, Gull",
      thumb: "https://media.example/api/v3/items/~a_b-c/artwork",
      views: "1,078,918",
      time: "10 months ago",
      description: "",
      get_url: "/api/v2/g?url=~a_b-c",
      stream_url: "/api/v2/stream?url=~a_b-c",
      suggest_url: "/api/v1/suggest?url=~a_b-c",
    });
  });
});

it.each([
  [0, "0:00"],
  [59.6, "1:00"],
  [274, "4:34"],
  [3723, "1:02:03"],
  [360_000, "100:00:00"],
])("shows %d seconds as %s", (seconds, shown) => {
  expect(formatLength(seconds)).toBe(shown);
});

it.each([
  ["2026-11-21T12:00:00Z", "1 minute ago"],
  ["2027-11-21T12:00:00Z", "1 minute ago"],
  ["2026-11-21T09:30:00Z", "2 hours ago"],
  ["2026-11-20T11:00:00Z", "1 day ago"],
  ["2026-11-01T11:00:00Z", "2 weeks ago"],
  ["2016-11-20T11:00:00Z", "10 years ago"],
])("shows %s as %s", (date, shown) => {
  expect(formatAge(new Date(date), now)).toBe(shown);
});
