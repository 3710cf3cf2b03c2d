import { describe, expect, it } from "vitest";
import { cacheNameOf } from "./cache-name.ts";
import { parseLocation } from "./location.ts";
import { resolveSources, type SourceConfig } from "./source-config.ts";
import { sourceIdentityOf } from "./source-identity.ts";

const context = { folder: "/media/ann", home: "/home/ann" };
const parse = (text: string): unknown => parseLocation(text, context);

function sourceOf(location: string): SourceConfig {
  const [source] = resolveSources([{ location }], { ...context, origin: "" });
  return source ?? expect.fail("no source");
}

describe("a feed's location", () => {
  it("is read with what is ours of its query, and the rest left as it is", () => {
    expect(
      parse(
        "tides=feed:https://feeds.casts.example/show/podcast.xml?t=a%20b&allowed-networks=10.0.0.0/8,fd00::/8&cache=exact&x#top",
      ),
    ).toEqual({
      kind: "feed",
      name: "tides",
      address: new URL("https://feeds.casts.example/show/podcast.xml?t=a%20b&x"),
      allowedNetworks: ["10.0.0.0/8", "fd00::/8"],
      caching: { cache: "exact" },
      text: "feed:https://feeds.casts.example/show/podcast.xml",
      defaultName: "casts.example",
    });
    expect(parse("FEED:HTTP://Casts.example")).toEqual({
      kind: "feed",
      address: new URL("http://casts.example/"),
      text: "feed:http://casts.example/",
      defaultName: "casts.example",
    });
  });

  it.each([
    ["feed:", "feed:https://host/podcast.xml"],
    ["feed:casts.example/podcast.xml", "feed:https://host/podcast.xml"],
    ["feed:file:///etc/passwd", "feed:https://host/podcast.xml"],
    ["feed:https://", "feed:https://host/podcast.xml"],
    ["feed:https://ann:secret@casts.example/", "holds credentials"],
    ["feed:https://host/?allowed-network=10.0.0.0/8", 'Did you mean "allowed-networks"?'],
    ["feed:https://host/?fresh-fr=60", 'Did you mean "fresh-for"?'],
    ["feed:https://host/?allowed-networks=10.0.0.1", "CIDR"],
    ["feed:https://host/?allowed-networks=10.0.0.0/33", "CIDR"],
    ["feed:https://host/?allowed-networks=", "CIDR"],
    ["feed:https://host/?cache=yes", "balanced"],
  ])("says what is wrong with %s", (text, words) => {
    expect(parse(text)).toEqual({ kind: "problem", detail: expect.stringContaining(words) });
    expect(JSON.stringify(parse(text))).not.toContain("secret");
  });

  it("is one source whatever is ours in its query, and another for another query of its own", () => {
    const plain = sourceOf("feed:https://host/f?t=secret");
    const tuned = sourceOf("feed:https://host/f?allowed-networks=10.0.0.0/8&t=secret&cache=eager");
    const other = sourceOf("feed:https://host/f?t=other");
    expect(sourceIdentityOf(tuned.location)).toBe(sourceIdentityOf(plain.location));
    expect(sourceIdentityOf(other.location)).not.toBe(sourceIdentityOf(plain.location));
    expect(cacheNameOf(tuned)).toBe(cacheNameOf(plain));
    expect(new Set([plain, other, sourceOf("feed:https://host/f")].map(cacheNameOf)).size).toBe(3);
    expect(cacheNameOf(plain)).not.toContain("secret");
  });

  it("takes none of what belongs to other kinds of source", () => {
    expect(() =>
      resolveSources([{ location: "feed:https://host/f", headers: { a: "b" } }], { ...context, origin: "" }),
    ).toThrow('"headers" works for HTTP origins only');
  });
});
