import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseFeed, type PodcastFeed } from "./podcast-feed.ts";

const address = "https://casts.test/show/feed.xml";

function parse(text: string): PodcastFeed {
  const feed = parseFeed(text, address);
  if ("problem" in feed) throw new Error(feed.problem);
  return feed;
}

function rss(items: string): string {
  return `<?xml version="1.0"?><rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel>
<title>Tides &amp; Ports</title><language>de</language><itunes:author>Ann</itunes:author><itunes:image href="/cover.jpg"/>${items}</channel></rss>`;
}

describe("parseFeed()", () => {
  it("reads RSS with iTunes' additions", () => {
    const feed = parse(
      rss(`<item><title><![CDATA[Ebb <1>]]></title><guid isPermaLink="false">ep-1</guid>
<enclosure url="ep1.mp3?a=1&amp;b=2" type="audio/mpeg" length="123456"/><itunes:duration>1:02:03</itunes:duration>
<pubDate>Tue, 03 Jun 2025 10:00:00 +0200</pubDate><description>&lt;p&gt;Low &amp;amp; high&lt;/p&gt;</description></item>
<item><title>Only words</title></item>`),
    );
    expect(feed).toEqual({
      title: "Tides & Ports",
      creator: "Ann",
      language: "de",
      artworkUrl: "https://casts.test/cover.jpg",
      notes: ["1 entries have nothing to play"],
      episodes: [
        {
          guid: "ep-1",
          title: "Ebb <1>",
          creator: undefined,
          description: "Low &amp; high",
          publishedAt: new Date("2025-06-03T08:00:00Z"),
          durationSeconds: 3723,
          artworkUrl: undefined,
          enclosureUrl: "https://casts.test/show/ep1.mp3?a=1&b=2",
          mediaType: "audio/mpeg",
          sizeBytes: 123456,
        },
      ],
    });
  });

  it("reads Atom", () => {
    const feed = parse(`<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title><author><name>Bo</name></author>
<entry><id>urn:1</id><title>One</title><updated>2025-01-02T03:04:05Z</updated>
<link rel="alternate" href="https://x.test/"/><link rel="enclosure" type="video/mp4" href="https://x.test/v.mp4" length="99999"/></entry></feed>`);
    expect(feed).toMatchObject({ title: "A", creator: "Bo" });
    expect(feed.episodes).toMatchObject([
      { guid: "urn:1", enclosureUrl: "https://x.test/v.mp4", mediaType: "video/mp4", sizeBytes: 99_999 },
    ]);
  });

  it("goes by the enclosure's address where an episode has no guid, and takes each once", () => {
    const item = '<item><enclosure url="http://x.test/a.mp3"/></item>';
    expect(parse(rss(item + item)).episodes.map(({ guid }) => guid)).toEqual(["http://x.test/a.mp3"]);
  });

  it("tells episodes apart whose guids are longer than a key may be, however alike they begin", () => {
    const guids = ["é".repeat(512), `${"é".repeat(512)}1`, `${"é".repeat(512)}2`, "x".repeat(5000)];
    const items = guids.map((guid) => `<item><guid>${guid}</guid><enclosure url="http://x.test/a.mp3"/></item>`);
    const { episodes } = parse(rss(items.join("")));
    expect(episodes.map(({ guid }) => guid)).toEqual([
      guids[0],
      ...Array.from({ length: 3 }, () => expect.stringMatching(/^sha256:[\w-]{43}$/)),
    ]);
    expect(parse(rss(items.join(""))).episodes).toEqual(episodes);
  });

  it.each(["file:///etc/passwd", "javascript:alert(1)", "data:audio/mpeg;base64,AAAA", "ftp://x.test/a.mp3", ""])(
    "takes %j for no enclosure",
    (url) => {
      expect(parse(rss(`<item><guid>1</guid><enclosure url="${url}"/></item>`)).episodes).toEqual([]);
    },
  );

  it("refuses a billion laughs within milliseconds", () => {
    const entities = Array.from({ length: 10 }, (_, level) => `<!ENTITY l${level + 1} "${`&l${level};`.repeat(10)}">`);
    const bomb = `<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY l0 "lol">${entities.join("")}]>${rss("<item><title>&l10;</title></item>")}`;
    const startedAt = performance.now();
    expect(parseFeed(bomb, address)).toEqual({ problem: expect.stringContaining("DTD") });
    expect(performance.now() - startedAt).toBeLessThan(500);
  });

  it("refuses tags without end, whose attributes would take seconds to parse", () => {
    const attributes = Array.from({ length: 100_000 }, (_, index) => `a${index}="1>"`).join(" ");
    const startedAt = performance.now();
    for (const text of [rss(`<item ${attributes}/>`), rss("<!--".repeat(100_000)), rss("<a ".repeat(100_000))]) {
      expect(parseFeed(text, address)).toEqual({ problem: expect.stringContaining("tag") });
    }
    expect(performance.now() - startedAt).toBeLessThan(1000);
  });

  it("keeps prototypes as they are", () => {
    parseFeed(rss("<__proto__><polluted>1</polluted></__proto__><constructor><prototype/></constructor>"), address);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  it("says what is wrong, and never throws", () => {
    expect(parseFeed("<html><body/></html>", address)).toEqual({ problem: expect.stringContaining("rss") });
    expect(parseFeed("<rss/>", address)).toEqual({ problem: expect.any(String) });
    const scraps = fc.constantFrom(
      "<rss>",
      "<channel>",
      "<item>",
      "</item>",
      "<enclosure url='",
      "'/>",
      "<![CDATA[",
      "]]>",
      "&#0;",
      "<!--",
      "<?x",
      "<guid>",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(scraps, fc.string()), { maxLength: 30 }), (parts) => {
        expect(parseFeed(parts.join(""), address)).toBeTypeOf("object");
      }),
    );
  });
});
