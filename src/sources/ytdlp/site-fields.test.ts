import { describe, expect, it } from "vitest";
import { parseSiteFormat, type SiteFormat } from "./media-format.ts";
import { siteFieldLines } from "./site-fields.ts";

function formatWith(extra: object, address = "https://media.example.com/videos/a.mp4"): SiteFormat {
  const format = parseSiteFormat(
    { format_id: "1", url: address, ext: "mp4", vcodec: "avc1", acodec: "mp4a", ...extra },
    {},
  );
  if (format === undefined) throw new Error("no format");
  return format;
}

function fieldsAt(format: SiteFormat, url: string): Record<string, string> {
  const lines = siteFieldLines(format, new URL(url), {}).trim().split("\r\n");
  return Object.fromEntries(lines.map((line) => line.split(": ", 2)));
}

describe("siteFieldLines", () => {
  const http_headers = {
    "User-Agent": "Mozilla",
    Referer: "https://example.com/",
    Cookie: "old=1",
    Authorization: "Bearer x",
    "Accept-Encoding": "gzip",
    Range: "bytes=0-1",
    Host: "evil",
  };

  it("sends a format's own headers to its own host, and no secrets elsewhere", () => {
    const format = formatWith({ http_headers });
    expect(fieldsAt(format, "https://media.example.com/videos/a.mp4")).toEqual({
      "User-Agent": "Mozilla",
      Referer: "https://example.com/",
      Cookie: "old=1",
      Authorization: "Bearer x",
      "Accept-Encoding": "identity",
    });
    expect(fieldsAt(format, "https://cdn.example.net/a.mp4")).toEqual({
      "User-Agent": "Mozilla",
      Referer: "https://example.com/",
      "Accept-Encoding": "identity",
    });
  });

  it("never lets a site put a line into a request", () => {
    const format = formatWith({
      http_headers: { "X-A": "1\r\nX-B: 2", "X C": "3", "X-D": 4, "X-E": "5" },
      cookies: "a=1\r\nX: 2",
    });
    expect(fieldsAt(format, "https://media.example.com/videos/a.mp4")).toEqual({
      "X-E": "5",
      "Accept-Encoding": "identity",
    });
  });

  it("sends cookies where their domain, path and scheme say", () => {
    const cookies = [
      "all=1; Domain=.example.com; Path=/; Secure; Expires=1900000000",
      'quoted="a;b"; Domain=media.example.com; Path=/videos',
      "own=3; Path=/",
      "other=4; Domain=.other.net; Path=/",
      "deep=5; Domain=.example.com; Path=/videos/private",
    ].join("; ");
    const format = formatWith({ cookies, http_headers: { Cookie: "old=1" } });
    const cookieAt = (url: string): string | undefined => fieldsAt(format, url)["Cookie"];
    expect(cookieAt("https://media.example.com/videos/a.mp4")).toBe('all=1; quoted="a;b"; own=3');
    expect(cookieAt("http://media.example.com/videos/a.mp4")).toBe('quoted="a;b"; own=3');
    expect(cookieAt("https://cdn.example.com/videos/a.mp4")).toBe("all=1");
    expect(cookieAt("https://media.example.com/videosX")).toBe("all=1; own=3");
    expect(cookieAt("https://notexample.com/")).toBeUndefined();
  });
});
