import { describe, expect, it } from "vitest";
import { readListingAsset } from "./listing-assets.ts";
import {
  listingContentSecurityPolicy,
  renderErrorPage,
  renderFolderPage,
  renderSourcesPage,
  type ListingEntry,
} from "./listing-page.ts";

const markup = `</bdi></a><script>alert("1")</script><img src=x onerror='alert(1)'>`;

function renderEntries(entries: readonly ListingEntry[], more: { nextHref?: string; prefix?: string } = {}): string {
  return renderFolderPage({ source: "demo", prefix: "", entries, home: false, ...more });
}

/** Tags, not text: what an escaped name can never add to. */
function listTags(page: string): string[] {
  return Array.from(page.matchAll(/<([a-z][a-z\d]*)/g), ([, tag]) => tag ?? "");
}

describe("hostile names", () => {
  it("add no element to a folder page", () => {
    const harmless = renderEntries([{ kind: "audio", name: "a", href: "/media/demo/a" }], { prefix: "b/" });
    const hostile = renderEntries([{ kind: "audio", name: markup, href: "/media/demo/a" }], {
      prefix: `${markup.replaceAll("/", "")}/`,
    });
    expect(listTags(hostile)).toEqual(listTags(harmless));
    expect(hostile).toContain("&lt;script&gt;");
  });

  it("add no element to a sources page or an error page", () => {
    const sources = renderSourcesPage({ sources: [{ name: markup, location: markup, mediaCount: 2 }] });
    expect(listTags(sources)).toEqual(
      listTags(renderSourcesPage({ sources: [{ name: "a", location: "b", mediaCount: 2 }] })),
    );
    const failure = renderErrorPage({ status: 404, title: markup, detail: markup });
    expect(listTags(failure)).toEqual(listTags(renderErrorPage({ status: 404, title: "a", detail: "b" })));
  });

  it("cannot break out of an attribute", () => {
    const page = renderEntries([
      { kind: "audio", name: `x" autofocus onfocus="alert(1)`, href: `/media/demo/"onclick="x` },
    ]);
    expect(page).not.toMatch(/"\s*on(?:focus|click)="/);
  });

  it("are isolated, and do not turn the text around them", () => {
    const page = renderEntries([{ kind: "other", name: "photo\u202Egpj.exe", href: "/media/demo/p" }]);
    expect(page).toContain('<bdi class="name">photo\ufffdgpj.exe</bdi>');
    expect(page).not.toContain("\u202e");
  });

  it("of 10 kB do not make a page of them", () => {
    const name = `${"x".repeat(10_000)}.mp4`;
    const short = renderEntries([{ kind: "video", name: "x.mp4", href: "/media/demo/x" }]);
    expect(renderEntries([{ kind: "video", name, href: "/media/demo/x" }]).length).toBeLessThan(short.length + 700);
  });

  it("never lead off the server", () => {
    expect(() => renderEntries([{ kind: "audio", name: "a", href: "javascript:alert(1)" }])).toThrow(RangeError);
    expect(() => renderEntries([], { nextHref: "//evil.example/" })).toThrow(RangeError);
    const captionsHref = "https://evil.example/a.vtt";
    expect(() => renderEntries([{ kind: "video", name: "a", href: "/media/demo/a", captionsHref }])).toThrow(
      RangeError,
    );
  });
});

describe("renderFolderPage", () => {
  const entries: ListingEntry[] = [
    {
      kind: "audio",
      name: "01 Föhr.flac",
      href: "/media/demo/01%20F%C3%B6hr.flac",
      sizeBytes: 2_600_000,
      modifiedAt: new Date("2026-11-21T12:00:00Z"),
    },
    { kind: "video", name: "a.mp4", href: "/media/demo/a.mp4", captionsHref: "/media/demo/a.vtt" },
    { kind: "image", name: "cover.jpg", href: "/media/demo/cover.jpg" },
    { kind: "folder", name: "Zebra", href: "/browse/demo/Zebra/" },
  ];

  it("links to the media itself, so that it works without the script", () => {
    const page = renderEntries(entries);
    expect(page).toContain('<a class="open" href="/media/demo/01%20F%C3%B6hr.flac">');
    expect(page).toContain('href="/media/demo/01%20F%C3%B6hr.flac?download"');
    expect(page).toContain('data-captions="/media/demo/a.vtt"');
  });

  it("puts folders first and offers no download of them", () => {
    const page = renderEntries(entries);
    const names = Array.from(page.matchAll(/<bdi class="name">([^<]+)/g), ([, name]) => name);
    expect(names).toEqual(["Zebra", "01 Föhr.flac", "a.mp4", "cover.jpg"]);
    expect(page).not.toContain("/browse/demo/Zebra/?download");
  });

  it("shows sizes, days, a summary and the folder's cover", () => {
    const page = renderEntries(entries);
    expect(page).toContain('<span class="size">2.6 MB</span>');
    expect(page).toContain('<time class="day" datetime="2026-11-21T12:00:00.000Z">21 Nov 2026</time>');
    expect(page).toContain("1 folder · 1 video · 1 track · 1 image · 2.6 MB");
    expect(page).toContain('<img class="cover" id="cover" src="/media/demo/cover.jpg"');
  });

  it("shows an impossible date as none", () => {
    const page = renderEntries([{ kind: "other", name: "a", href: "/media/demo/a", modifiedAt: new Date(Number.NaN) }]);
    expect(page).not.toContain("<time");
  });

  it("leads back through every folder above", () => {
    const page = renderFolderPage({ source: "my films", prefix: "A & B/C/", entries: [], home: false });
    const links = Array.from(page.matchAll(/<li><a href="([^"]+)">/g), ([, href]) => href);
    expect(links).toEqual(["/files", "/browse/my%20films/", "/browse/my%20films/A%20%26%20B/"]);
    expect(page).toContain('<span aria-current="page"><bdi>C</bdi></span>');
    expect(page).toContain("This folder is empty.");
  });

  it("needs no breadcrumbs at home", () => {
    expect(renderFolderPage({ source: "demo", prefix: "", entries: [], home: true })).not.toContain("crumbs");
  });

  it("leads to the next page where there is one", () => {
    expect(renderEntries(entries)).not.toContain('rel="next"');
    expect(renderEntries(entries, { nextHref: "/browse/demo/?cursor=a&limit=2" })).toContain(
      'rel="next" href="/browse/demo/?cursor=a&amp;limit=2"',
    );
  });

  it("has every element that the script looks for", () => {
    const script = new TextDecoder().decode(readListingAsset("listing.js")?.body);
    const wanted = Array.from(script.matchAll(/find\("([\w-]+)"/g), ([, id]) => id ?? "");
    const page = renderEntries(entries);
    expect(wanted.length).toBeGreaterThan(15);
    for (const id of wanted) expect(page).toContain(` id="${id}"`);
  });
});

describe("renderSourcesPage", () => {
  it("links to each source by its encoded name", () => {
    const page = renderSourcesPage({ sources: [{ name: "a/b ü", location: "s3://films", mediaCount: 1 }] });
    expect(page).toContain('href="/browse/a%2Fb%20%C3%BC/"');
    expect(page).toContain("1 item<");
  });

  it("says what to do where there is none", () => {
    expect(renderSourcesPage({ sources: [] })).toContain("No source is configured.");
  });
});

describe("the content security policy", () => {
  it("is kept by every page: no inline script, style or handler", () => {
    const entries: ListingEntry[] = [{ kind: "video", name: "a.mp4", href: "/media/demo/a.mp4", sizeBytes: 1 }];
    for (const page of [
      renderEntries(entries),
      renderSourcesPage({ sources: [{ name: "a", location: "b" }] }),
      renderErrorPage({ status: 500, title: "a", detail: "b" }),
    ]) {
      expect(page).not.toMatch(/<style|\sstyle=|<script(?! type="module" src="\/assets\/)|\son[a-z]+=|<form|<base/);
    }
    expect(listingContentSecurityPolicy).not.toContain("unsafe");
  });
});
