import { describe, expect, it } from "vitest";
import { readListingAsset, resolveAssetHref } from "./listing-assets.ts";

describe("readListingAsset", () => {
  it.each([
    ["listing.css", "text/css; charset=utf-8"],
    ["listing.js", "text/javascript; charset=utf-8"],
    ["favicon.svg", "image/svg+xml"],
  ])("reads %s", (name, mediaType) => {
    const asset = readListingAsset(name);
    expect(asset?.mediaType).toBe(mediaType);
    expect(asset?.body.length).toBeGreaterThan(100);
    expect(readListingAsset(name)).toBe(asset);
  });

  it.each(["", "../listing-assets.ts", "LISTING.CSS", "listing.css/", "__proto__", "constructor"])(
    "knows no %j",
    (name) => {
      expect(readListingAsset(name)).toBeUndefined();
    },
  );
});

describe("resolveAssetHref", () => {
  it("names the version, and the same one each time", () => {
    expect(resolveAssetHref("listing.css")).toMatch(/^\/assets\/listing\.css\?v=[\w-]{12}$/);
    expect(resolveAssetHref("listing.css")).toBe(resolveAssetHref("listing.css"));
    expect(resolveAssetHref("listing.css").split("=")[1]).not.toBe(resolveAssetHref("listing.js").split("=")[1]);
  });

  it("refuses a name that is none", () => {
    expect(() => resolveAssetHref("nothing.js")).toThrow(RangeError);
  });
});
