import { describe, expect, it } from "vitest";
import { parseCsvRows } from "./csv-rows.ts";
import { parseNewpipeSubscriptions } from "./parse-newpipe-export.ts";
import { parseSpotifyExport } from "./parse-spotify-export.ts";
import { parseYoutubeHistory, parseYoutubeTable } from "./parse-youtube-takeout.ts";

describe("Spotify's export", () => {
  it("gives its playlists, with episodes and local files", () => {
    const track = {
      trackName: "So What",
      artistName: "Miles Davis",
      albumName: "Kind of Blue",
      trackUri: "spotify:track:1",
    };
    const items = [
      { track, episode: null, localTrack: null, addedDate: "2024-01-01" },
      { track: null, episode: { episodeName: "One", showName: "Show" }, localTrack: null },
      { track: null, episode: null, localTrack: { uri: "spotify:local:x" } },
      { track: null, episode: null, localTrack: null },
    ];
    const read = parseSpotifyExport({ playlists: [{ name: "Sunday", items }, { name: 3 }] });
    expect(read?.playlists).toEqual([
      {
        title: "Sunday",
        entries: [
          { title: "So What", creators: ["Miles Davis"], album: "Kind of Blue", location: "spotify:track:1" },
          { title: "One", creators: ["Show"] },
          { title: "spotify:local:x", creators: [] },
        ],
      },
    ]);
    expect(read?.problems).toEqual([
      "1 of 2 lines of Spotify's playlists say nothing of use.",
      "1 of 4 lines of “Sunday” say nothing of use.",
    ]);
  });

  it("gives liked songs", () => {
    const read = parseSpotifyExport({
      tracks: [{ artist: "A", album: "B", track: "C", uri: "spotify:track:1" }],
      albums: [],
    });
    expect(read?.likes).toEqual([{ title: "C", creators: ["A"], album: "B", location: "spotify:track:1" }]);
  });

  it("gives what was played, of both kinds of history, when it began", () => {
    const read = parseSpotifyExport([
      { endTime: "2024-03-01 12:30", artistName: "A", trackName: "B", msPlayed: 60_000 },
      { endTime: "yesterday", artistName: "A", trackName: "B", msPlayed: 60_000 },
    ]);
    expect(read?.plays).toEqual([
      { entry: { title: "B", creators: ["A"] }, startedAtMs: Date.UTC(2024, 2, 1, 12, 29), listenedSeconds: 60 },
    ]);
    expect(read?.problems).toHaveLength(1);
    const extended = parseSpotifyExport([
      {
        ts: "2024-03-01T12:30:00Z",
        ms_played: 30_000,
        master_metadata_track_name: "B",
        master_metadata_album_artist_name: "A",
        master_metadata_album_album_name: "C",
        reason_end: "trackdone",
      },
    ]);
    expect(extended?.plays[0]).toMatchObject({ hasEnded: true, entry: { title: "B", creators: ["A"], album: "C" } });
  });

  it.each([[null], [7], [[]], [[{}]], [{}], [{ playlists: [] }], [{ tracks: [{ title: "x" }] }]])(
    "is not %j",
    (file) => {
      expect(parseSpotifyExport(file)).toBeUndefined();
    },
  );
});

describe("YouTube's Takeout", () => {
  it("gives what was watched, without advertisements and what was deleted", () => {
    const seen = { header: "YouTube", time: "2024-03-01T12:30:00.000Z", products: ["YouTube"] };
    const read = parseYoutubeHistory([
      {
        ...seen,
        title: "Watched A song",
        titleUrl: "https://www.youtube.com/watch?v=aaaaaaaaaaa",
        subtitles: [{ name: "B - Topic" }],
      },
      {
        ...seen,
        title: "Watched An ad",
        titleUrl: "https://www.youtube.com/watch?v=b",
        details: [{ name: "From Google Ads" }],
      },
      { ...seen, title: "Watched https://www.youtube.com/watch?v=c", titleUrl: "https://www.youtube.com/watch?v=c" },
    ]);
    expect(read?.plays).toEqual([
      {
        entry: { title: "A song", creators: ["B"], location: "https://www.youtube.com/watch?v=aaaaaaaaaaa" },
        startedAtMs: Date.UTC(2024, 2, 1, 12, 30),
      },
    ]);
    expect(read?.problems).toEqual(["1 of 2 lines of YouTube's history say nothing of use."]);
  });

  it("gives playlists in whatever language its columns are named", () => {
    const text =
      "Video-ID,Zeitstempel der Erstellung\nabcdefghijk,2024-01-01T00:00:00+00:00\n-_cdefghijk,2024-01-02T00:00:00+00:00\n";
    expect(parseYoutubeTable(text, "Takeout/YouTube/playlists/Road trip-videos.csv")?.playlists).toEqual([
      {
        title: "Road trip",
        entries: ["abcdefghijk", "-_cdefghijk"].map((id) => {
          const location = `https://www.youtube.com/watch?v=${id}`;
          return { title: location, creators: [], location };
        }),
      },
    ]);
  });

  it("gives older playlists, songs with their names, likes and subscriptions", () => {
    const old =
      "Playlist ID,Channel ID,Title\nPLx,UCx,Old list\n\nVideo ID,Time Added\nabcdefghijk,2020-01-01 00:00:00 UTC\n";
    expect(parseYoutubeTable(old, "x.csv")?.playlists[0]?.title).toBe("Old list");
    const songs = 'Video ID,Song Title,Album Title,Artist Name 1,Artist Name 2\nabcdefghijk,"Say ""Hi""",Album,A,B\n';
    expect(parseYoutubeTable(songs, "music library songs.csv")?.playlists[0]?.entries).toEqual([
      {
        title: 'Say "Hi"',
        creators: ["A", "B"],
        album: "Album",
        location: "https://www.youtube.com/watch?v=abcdefghijk",
      },
    ]);
    expect(parseYoutubeTable("Video ID,x\nabcdefghijk,2024-01-01 x\n", "Liked videos.csv")?.likes).toHaveLength(1);
    const channel = `UC${"a".repeat(22)}`;
    const subscriptions = `Channel Id,Channel Url,Channel Title\n${channel},http://www.youtube.com/channel/${channel},Somebody\n`;
    expect(parseYoutubeTable(subscriptions, "subscriptions.csv")?.playlists[0]).toMatchObject({
      title: "YouTube subscriptions",
      entries: [{ title: "Somebody" }],
    });
  });

  it.each(["", "a,b\nc,d\n", "abcdefghijk"])("is not %j", (text) =>
    expect(parseYoutubeTable(text, "a.csv")).toBeUndefined(),
  );
});

describe("NewPipe's subscriptions", () => {
  it("are kept as a list of places", () => {
    const read = parseNewpipeSubscriptions({
      app_version: "0.27.0",
      app_version_int: 997,
      subscriptions: [{ service_id: 0, url: "https://www.youtube.com/channel/UCx", name: "Somebody" }, {}],
    });
    expect(read?.playlists[0]?.entries).toEqual([
      { title: "Somebody", creators: [], location: "https://www.youtube.com/channel/UCx" },
    ]);
    expect(read?.problems).toHaveLength(1);
  });
});

describe("comma-separated values", () => {
  it("keep what is quoted, with line breaks and commas", () => {
    expect(parseCsvRows('\uFEFFa,"b, ""c""\nd"\r\n,\n\ne')).toEqual([["a", 'b, "c"\nd'], ["", ""], [""], ["e"]]);
  });

  it("lose nothing where quotation marks do not fit together", () => {
    expect(parseCsvRows('a,b\nc"d,e\n"f"g,h\n"open')).toEqual([["a", "b"], ['c"d', "e"], ['"f"g', "h"], ['"open']]);
  });
});
