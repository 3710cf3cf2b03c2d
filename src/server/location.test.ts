import { describe, expect, it } from "vitest";
import { parseLocation } from "./location.ts";
import { redactLocation } from "./redact-location.ts";

const context = { folder: "/media/ann", home: "/home/ann" };
const parse = (text: string): unknown => parseLocation(text, context);

describe("parseLocation()", () => {
  it.each([
    ["./Movies", "/media/ann/Movies", "movies", undefined],
    ["Movies/", "/media/ann/Movies", "movies", undefined],
    [".", "/media/ann", "ann", undefined],
    ["/", "/", "media", undefined],
    ["/srv/Été 2024 (neu)", "/srv/Été 2024 (neu)", "ete-2024-neu", undefined],
    ["/srv/Фильмы", "/srv/Фильмы", "media", undefined],
    ["films=./Movies", "/media/ann/Movies", "movies", "films"],
    ["home=~/Videos", "/home/ann/Videos", "videos", "home"],
    ["~", "/home/ann", "ann", undefined],
    ["./a=b", "/media/ann/a=b", "a-b", undefined],
    ["x=a=b", "/media/ann/a=b", "a-b", "x"],
    ["file:///srv/my%20films", "/srv/my films", "my-films", undefined],
    ["C:\\Movies", "/media/ann/C:\\Movies", "c-movies", undefined],
  ])("reads the folder %s", (text, root, defaultName, name) => {
    expect(parse(text)).toEqual({
      kind: "local",
      root,
      text: root,
      defaultName,
      ...(name === undefined ? {} : { name }),
    });
  });

  it("reads an S3 location with its options", () => {
    expect(
      parse(
        "films=s3://bucket/Films//2024/?endpoint=http://127.0.0.1:9000&region=eu-1&path-style=true&anonymous=false&delivery=redirect",
      ),
    ).toEqual({
      kind: "s3",
      name: "films",
      bucket: "bucket",
      prefix: "Films/2024/",
      endpoint: new URL("http://127.0.0.1:9000"),
      region: "eu-1",
      pathStyle: true,
      anonymous: false,
      delivery: "redirect",
      defaultName: "2024",
      text: "s3://bucket/Films/2024",
    });
    expect(parse("s3://My_bucket")).toEqual({
      kind: "s3",
      bucket: "My_bucket",
      defaultName: "my_bucket",
      text: "s3://My_bucket",
    });
  });

  it.each([
    ["https://media.example", "https://media.example/", "media.example"],
    ["http://127.0.0.1:81/a/b", "http://127.0.0.1:81/a/b/", "b"],
    ["https://media.example/My%20Films/", "https://media.example/My%20Films/", "my-films"],
  ])("reads the origin %s", (text, href, defaultName) => {
    expect(parse(text)).toEqual({ kind: "http", baseUrl: new URL(href), text: href, defaultName });
  });

  it.each([
    ["", "is empty"],
    ["films=", "is empty"],
    ["my films=./x", '"my films" cannot name a source'],
    ["..=./x", "cannot name a source"],
    ["=./x", "cannot name a source"],
    ["ftp://host/x", "ftp://"],
    ["https://", "not a valid address"],
    ["https://host/?a=1", '"headers"'],
    ["https://host/#a", "fragment"],
    ["s3://", "names no valid bucket"],
    ["s3://b/x", "names no valid bucket"],
    ["s3://bucket?regoin=eu", 'Did you mean "region"?'],
    ["s3://bucket?path-style=yes", "Use true or false."],
    ["s3://bucket?endpoint=127.0.0.1:9000", "endpoint=http://"],
    ["s3://bucket?delivery=fast", "Use proxy or redirect."],
    ["file://host/x", "Give its path"],
  ])("refuses %j and says why", (text, reason) => {
    expect(parse(text)).toEqual({ kind: "problem", detail: expect.stringContaining(reason) });
  });

  it.each([
    "https://user:hunter2@host/x",
    "https://hunter2@host/x",
    "http://user:hun?ter2@host/x",
    "s3://AKIA:hunter2@bucket/x",
    "s3://AKIA:hun/ter2@bucket/x",
    "s3://hunter2@bucket",
    "s3://bucket?secret=hunter2",
    "s3://bucket?endpoint=http://user:hunter2@host",
    "https://host/x?token=hunter2",
    "ftp://user:hunter2@host/x",
  ])("does not repeat the secret of %s", (text) => {
    expect(parse(text)).toEqual({ kind: "problem", detail: expect.not.stringMatching(/hun.?ter2/) });
  });
});

describe("redactLocation()", () => {
  it.each([
    ["./a@b?c", "./a@b?c"],
    ["s3://bucket/x?region=a", "s3://bucket/x?..."],
    ["https://a:b@c@host/x?y", "https://***@host/x?..."],
  ])("shows %s as %s", (place, shown) => {
    expect(redactLocation(place)).toBe(shown);
  });
});
