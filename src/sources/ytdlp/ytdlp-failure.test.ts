import { describe, expect, it } from "vitest";
import { explainFailure } from "./ytdlp-failure.ts";

/** What yt-dlp has been seen to say, and what it means. */
const said = [
  [
    "ERROR: [youtube] abc: Private video. Sign in if you've been granted access to this video",
    "forbidden",
    "private or for members",
    "youtube",
  ],
  [
    "ERROR: [youtube] abc: Join this channel to get access to members-only content like this video",
    "forbidden",
    "private or for members",
    "youtube",
  ],
  [
    "ERROR: [youtube] abc: Sign in to confirm your age. This video may be inappropriate for some users.",
    "forbidden",
    "private or for members",
    "youtube",
  ],
  ["ERROR: [youtube] abc: Video unavailable", "not-found", "gone", "youtube"],
  [
    "ERROR: [youtube] abc: Video unavailable. This video has been removed by the uploader",
    "not-found",
    "gone",
    "youtube",
  ],
  [
    "ERROR: [youtube] abc: The uploader has not made this video available in your country",
    "forbidden",
    "not available here",
    "youtube",
  ],
  ["ERROR: [youtube] abc: Premieres in 3 hours", "unavailable", "not yet published", "youtube"],
  ["ERROR: [youtube] abc: This live event will begin in 20 minutes.", "unavailable", "not yet published", "youtube"],
  [
    "ERROR: [vimeo] 1: Unable to download webpage: HTTP Error 429: Too Many Requests (caused by <HTTPError 429: 'Too Many Requests'>)",
    "unavailable",
    "asked too often",
    "vimeo",
  ],
  [
    "ERROR: [soundcloud] a/b: Unable to download JSON metadata: HTTP Error 404: Not Found (caused by <HTTPError 404: 'Not Found'>); please report this issue on  https://github.com/…",
    "not-found",
    "gone",
    "soundcloud",
  ],
  [
    "ERROR: [generic] None: Unable to download webpage: <urlopen error [Errno 111] Connection refused> (caused by URLError(ConnectionRefusedError(111, 'Connection refused')))",
    "unavailable",
    "out of reach",
    "generic",
  ],
  [
    "ERROR: [x:y] 1: Unable to download webpage: HTTP Error 403: Address Not Permitted (caused by …)",
    "forbidden",
    "address not permitted",
    "x:y",
  ],
  [
    "ERROR: [x] 1: Unable to download webpage: <urlopen error Tunnel connection failed: 403 Address Not Permitted>",
    "forbidden",
    "address not permitted",
    "x",
  ],
  ["ERROR: Unsupported URL: https://example.com/", "unsupported", "unknown site", undefined],
  [
    "ERROR: [youtube] abc: nsig extraction failed: Some formats may be missing",
    "bad-upstream",
    "extractor out of date",
    "youtube",
  ],
  [
    "ERROR: [youtube] abc: Unable to extract uploader id; please report this issue on https://github.com/…",
    "bad-upstream",
    "extractor out of date",
    "youtube",
  ],
  ["ERROR: [netflix] 1: This video is DRM protected", "forbidden", "protected by DRM", "netflix"],
  ["Traceback (most recent call last):\n  File x\nMemoryError", "unavailable", "out of memory", undefined],
  ["ERROR: [x] 1: What nobody has said before", "bad-upstream", "other", "x"],
] as const;

describe("explainFailure", () => {
  it.each(said)("%s", (stderr, code, reason, extractor) => {
    const error = explainFailure("resolve https://a.example/", {
      how: "exit code 1",
      stderr: `WARNING: old\n${stderr}\n`,
    });
    expect(error).toMatchObject({ code, reason, extractor });
    expect(error.message).toMatch(/^Cannot resolve https:\/\/a\.example\/: \S/);
    expect(error.message).not.toContain("report this issue");
  });

  it("has words where the program had none", () => {
    const error = explainFailure("resolve x", { how: "signal SIGSEGV", stderr: "" });
    expect(error.message).toBe("Cannot resolve x: yt-dlp ended with signal SIGSEGV and said nothing");
  });
});
