import assert from "node:assert/strict";
import { isSourceError, type Source } from "../source/index.ts";
import { patternBytes } from "./pattern-bytes.ts";
import { assertReads } from "./source-read-cases.ts";
import type { ConformanceCase, SourceFixture } from "./source-subject.ts";

const hostileKeys: Readonly<Record<string, string>> = {
  empty: "",
  "the parent": "..",
  "a parent inside": "a/../b",
  "parents in front": "../../../../../../etc/passwd",
  "the folder itself": ".",
  "a dot segment": "keys/./plain.mp4",
  absolute: "/etc/passwd",
  "two slashes": "//etc/passwd",
  NUL: "keys/plain.mp4\0.txt",
  "line breaks": "keys/plain.mp4\r\nX-Injected: 1",
  backslashes: "..\\..\\etc\\passwd",
  "a drive": "C:\\Windows\\win.ini",
  "encoded parents": "%2e%2e/%2e%2e/etc/passwd",
  "encoded slashes": "..%2f..%2fetc%2fpasswd",
  "a lone surrogate": "keys/\ud800.mp4",
  "a segment too long": "x".repeat(5000),
  "a path too deep": "d/".repeat(2500) + "f",
  "a URL": "http://127.0.0.1:9/other",
  "an authority": "//127.0.0.1:9/other",
  "a query": "keys/plain.mp4?x=1",
  "a fragment": "keys/plain.mp4#x",
  "a folder": "keys",
  "a folder with a slash": "keys/",
  "below a file": "keys/plain.mp4/more",
};

const oddKeys: readonly string[] = [
  "with space.mp4",
  " leading and trailing ",
  "100%.mp4",
  "a%2Fb.mp4",
  "%2e%2e.mp4",
  "what?.mp4",
  "a=b&c=d;e,f.mp4",
  "#1 hit.mp3",
  "a+b.mp4",
  "it's (1) [2] {3} ~!@$^*|<>\".mp4",
  "C: drive.mp4",
  "..two-dots-in-front-but-no-parent".slice(2),
  "trailing-dots...",
  "🎬 film 👩‍👩‍👧.mp4",
  "Ünïcödé/日本語/العربية.mp3",
  "combining-e\u0301.mp4",
  "composed-\u00e9.mp4",
  `${"long".repeat(50)}.mp4`,
];

/** Keys are names, not paths or URLs: odd ones work, hostile ones get nowhere. */
export function keyCases(supports: {
  readonly listed: boolean;
  readonly located: boolean;
}): readonly ConformanceCase[] {
  return [
    { name: "a key that names nothing is not found", run: openMissing },
    ...Object.entries(hostileKeys).map(([name, key]): ConformanceCase => ({
      name: `a hostile key: ${name}`,
      run: (fixture) => refuseHostile(fixture, key),
    })),
    { name: "odd keys name their own objects", run: (fixture) => openOddKeys(fixture, supports.listed) },
    supports.located
      ? { name: "locate() gives an absolute http address", run: locateObject }
      : { name: "locate() refuses as unsupported", run: refuseToLocate },
  ];
}

async function openMissing({ source }: SourceFixture): Promise<void> {
  for (const intent of [undefined, "metadata", { kind: "bounded", start: 0, end: 10 }] as const) {
    await assert.rejects(source.open("keys/missing.mp4", { intent }), (error) => isSourceError(error, "not-found"));
  }
}

async function refuseHostile({ source, put }: SourceFixture, key: string): Promise<void> {
  await put("keys/plain.mp4", patternBytes(0, 10));
  await assertNowhere(source, key);
  const listing = source.list(key.endsWith("/") ? key : `${key}/`);
  await listing.then(
    ({ entries }) => assert.ok(entries.every((entry) => entry.key.startsWith("keys/"))),
    (error: unknown) => assert.ok(isSourceError(error), `list() rejected with ${String(error)}`),
  );
}

async function assertNowhere(source: Source, key: string): Promise<void> {
  await assert.rejects(source.open(key), (error) => {
    assert.ok(
      isSourceError(error, "not-found") || isSourceError(error, "invalid-key"),
      `rejected with ${String(error)}, not with "not-found" or "invalid-key"`,
    );
    return true;
  });
}

async function openOddKeys({ source, put }: SourceFixture, listed: boolean): Promise<void> {
  const keys = oddKeys.map((key) => `odd/${key}`);
  for (const [index, key] of keys.entries()) {
    await put(key, patternBytes(0, 100 + index, index));
  }
  for (const [index, key] of keys.entries()) {
    await using object = await source.open(key);
    assert.equal(object.sizeBytes, 100 + index, key);
    await assertReads(object, { start: 0, end: 100 + index }, index);
  }
  if (listed) {
    const { entries } = await source.list("odd/", { limit: 1000 });
    const shown = entries.map((entry) => entry.key);
    const direct = keys.filter((key) => key.split("/").length === 2);
    assert.deepEqual(
      direct.filter((key) => !shown.includes(key)),
      [],
      "keys missing from the listing",
    );
    assert.ok(shown.includes("odd/Ünïcödé/"));
  }
}

async function locateObject({ source, put }: SourceFixture): Promise<void> {
  await put("keys/located.mp4", patternBytes(0, 10));
  for (const method of ["GET", "HEAD"] as const) {
    const address = await source.locate("keys/located.mp4", { method, lifetimeSeconds: 3600 });
    assert.match(address.protocol, /^https?:$/);
    const response = await fetch(address, { method });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("Content-Length"), "10");
    await response.body?.cancel();
  }
}

async function refuseToLocate({ source, put }: SourceFixture): Promise<void> {
  await put("keys/unlocated.mp4", patternBytes(0, 10));
  await assert.rejects(source.locate("keys/unlocated.mp4", { method: "GET", lifetimeSeconds: 3600 }), (error) =>
    isSourceError(error, "unsupported"),
  );
}
