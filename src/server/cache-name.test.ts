import { describe, expect, it } from "vitest";
import { cacheNameOf } from "./cache-name.ts";
import type { SourceSettings } from "./config-schema.ts";
import { resolveSources } from "./source-config.ts";

function nameOf(settings: SourceSettings | string): string {
  const list = [typeof settings === "string" ? { location: settings } : settings];
  const [source] = resolveSources(list, { folder: "/srv", home: "/srv", origin: "" });
  if (source === undefined) {
    throw new Error("no source");
  }
  return cacheNameOf(source);
}

describe("cacheNameOf()", () => {
  it.each([
    ["films", "<file:///srv/films/>"],
    ["https://Host:443/a%20b", "<https://host/a%20b/>"],
    ["s3://bucket", "<s3://bucket/>"],
    ["s3://bucket/a b/>x", "<s3://bucket/a%20b/%3Ex/>"],
    [
      "s3://bucket?endpoint=http://127.0.0.1:9000&region=a&anonymous=true",
      "<s3://bucket/?endpoint=http%3A%2F%2F127.0.0.1%3A9000%2F&as=anonymous>",
    ],
  ])("files %s under its location", (location, name) => {
    expect(nameOf(location)).toBe(name);
  });

  it("does not depend on the source's name, nor on how it is cached", () => {
    expect(nameOf("talks=https://host/?cache=eager&fresh-for=5")).toBe(nameOf("https://host/"));
  });

  it("tells credentials apart, and does not tell them", () => {
    const location = "https://host/";
    const names = ["a", "b"].map((token) => nameOf({ location, headers: { Authorization: `Bearer ${token}` } }));
    expect(new Set([...names, nameOf(location)]).size).toBe(3);
    expect(nameOf({ location, headers: { authorization: "Bearer a" } })).toBe(names[0]);
    expect(names.join()).not.toContain("Bearer");
    const s3 = { location: "s3://bucket", credentials: { accessKeyId: "AKIA", secretAccessKey: "secret" } };
    expect(nameOf(s3)).toBe("<s3://bucket/?as=AKIA>");
  });
});
