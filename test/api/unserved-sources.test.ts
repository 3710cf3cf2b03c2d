import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type * as contract from "../../src/api/contract.ts";
import { itemIdOf, playlistIdOf } from "../../src/catalog/index.ts";
import { itemRecord } from "../../src/testing/catalog-subject.ts";
import { type ApiStage, openApiStage } from "./api-stage.ts";

/** Of a source that the same catalog knows and this server does not serve. */
const identity = "file:///secret";
const itemId = itemIdOf(identity, "Secret/1.mp3");
const playlistId = playlistIdOf(identity, "Secret.m3u");
let stage: ApiStage;
let tidewaterId: string;
let secretAlbumId: string;

beforeAll(async () => {
  stage = await openApiStage();
  const { catalog } = stage;
  tidewaterId = (await catalog.albums()).entries[0]?.id ?? "";
  const lowWater = await catalog.item(await stage.idOf("Low Water"));
  const source = await catalog.saveSource({ identity, name: "secret" });
  const scan = await catalog.beginScan(source.id);
  const about = { creators: ["Secret Singer"], album: "A Secret Album", artwork: { type: "embedded" as const } };
  const shared = { creators: lowWater?.creators ?? [], album: lowWater?.album, albumArtist: lowWater?.albumArtist };
  const entries = [{ key: "Secret/1.mp3", location: "1.mp3" }];
  await catalog.upsert(scan, {
    items: [
      itemRecord("Secret/1.mp3", { title: "Secret Song", ...about }),
      itemRecord("Secret/2.mp4", { title: "Secret Film", kind: "video" }),
      itemRecord("Secret/3.mp3", { title: "Secret Track", trackNumber: 1, discNumber: 0, ...shared }),
    ],
    playlists: [{ key: "Secret.m3u", title: "Secret List", entries, issues: [], fingerprint: "1" }],
  });
  await catalog.finishScan(scan, { result: "complete", objects: 4, failed: 0 });
  secretAlbumId = (await catalog.item(itemId))?.albumId ?? "";
  for (let play = 0; play < 3; play++) {
    await catalog.recordPlay(itemId, { previousItemId: lowWater?.id });
  }
  await catalog.recordPlay(lowWater?.id ?? "");
});

afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});

describe("what the catalog holds of sources that are not served", () => {
  it("is in no list", async () => {
    const lowWater = await stage.idOf("Low Water");
    for (const path of [
      "/api/v3/home",
      "/api/v3/albums",
      "/api/v3/creators",
      "/api/v3/items?limit=100",
      "/api/v3/items?order=title&kind=video",
      `/api/v3/items?album=${secretAlbumId}`,
      `/api/v3/items?album=${tidewaterId}`,
      `/api/v3/items/${lowWater}/related`,
      "/api/v3/playlists",
      "/api/v3/search?q=secret",
      "/api/v3/suggest?q=secret",
      "/api/v3/suggest?q=secr",
      "/api/v3/sources",
      "/api/v1/search?q=secret",
      "/api/v2/search?q=secret",
      "/api/v1/playlists",
      "/api/v1/trending?type=popular,latest,secret%20list",
      `/api/v1/suggest?url=${lowWater}`,
    ]) {
      const response = await stage.ask(path);
      expect([path, response.status]).toEqual([path, 200]);
      const { metadata: _echoed, ...answer } = (await response.json()) as Record<string, unknown>;
      expect(JSON.stringify(answer), path).not.toMatch(/secret (?:song|film|track|singer|list)|a secret|"secret"/i);
    }
  });

  it("takes no place among what is served", async () => {
    const home = await stage.json<contract.HomeAnswer>("/api/v3/home");
    const [trending] = home.shelves;
    expect(trending?.kind === "items" ? trending.items.map(({ title }) => title) : []).toEqual(["Low Water"]);
    expect((await stage.json<contract.ItemPage>("/api/v3/items?limit=1&order=added")).items).toHaveLength(1);
    expect((await stage.json<contract.AlbumPage>("/api/v3/albums?limit=1")).albums).toMatchObject([
      { title: "Tidewater", itemCount: 5 },
    ]);
    expect((await stage.ask(`/api/v3/albums/${tidewaterId}/artwork`)).status).toBe(200);
    expect((await stage.json<contract.SuggestAnswer>("/api/v3/suggest?q=harb")).suggestions).not.toEqual([]);
  });

  it("is not found by its id", async () => {
    for (const path of [
      `/api/v3/items/${itemId}`,
      `/api/v3/items/${itemId}/related`,
      `/api/v3/items/${itemId}/stream`,
      `/api/v3/items/${itemId}/artwork`,
      `/api/v3/albums/${secretAlbumId}/artwork`,
      `/api/v3/playlists/${playlistId}`,
      `/api/v3/playlists/${playlistId}/items`,
      `/api/v3/playlists/${playlistId}.m3u8`,
      "/api/v3/browse/secret",
      `/api/v1/suggest?url=${itemId}`,
      `/api/v1/stream?url=${itemId}`,
    ]) {
      expect([path, (await stage.ask(path)).status]).toEqual([path, 404]);
    }
    expect([stage.errors, stage.breaches]).toEqual([[], []]);
  });
});
