import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createMemorySliceStore } from "../cache/memory-slice-store.ts";
import type { SliceStore } from "../cache/index.ts";
import { createAdminRoutes } from "./admin-routes.ts";
import { createCacheAdmin } from "./cache-admin.ts";

const token = "correct-horse-battery";
const sliceBytes = 256 * 1024;
let store: SliceStore;
const purged: string[] = [];

beforeEach(async () => {
  purged.length = 0;
  store = createMemorySliceStore({ sliceBytes, limitBytes: 64 * sliceBytes });
  for (const object of [
    "<s3://b/>/2024/a b.mp4",
    "<s3://b/>/2024/c.mp4",
    "<s3://b/>/2024",
    "<s3://b/>/2024x",
    "<https://gone/>/d",
  ]) {
    await store.put({ object, version: '"1"', index: 0 }, new Uint8Array(100));
  }
});

afterEach(async () => {
  await store[Symbol.asyncDispose]();
});

const nothing = { objects: 0, slices: 0, bytes: 0 };

async function ask(path: string, init: RequestInit = {}): Promise<{ readonly status: number; readonly body: unknown }> {
  const purge = async (below: string): Promise<typeof nothing> => {
    purged.push(below);
    return nothing;
  };
  const cache = createCacheAdmin(store, [{ name: "films", cacheName: "<s3://b/>", purge }]);
  const routes = createAdminRoutes({ cache, tokens: ["another-token-of-ours", token] });
  const headers = { authorization: `Bearer ${token}` };
  const response = await routes.fetch(new Request(`http://host/api/admin/cache${path}`, { headers, ...init }));
  return { status: response.status, body: await response.json() };
}

const namesOf = ({ body }: { readonly body: unknown }): readonly string[] =>
  (body as { readonly entries: readonly { readonly name: string }[] }).entries.map(({ name }) => name);

describe("createAdminRoutes()", () => {
  it.each([
    [{}, 401],
    [{ authorization: "Bearer" }, 401],
    [{ authorization: `Bearer ${token}x` }, 401],
    [{ authorization: `Basic ${token}` }, 401],
    [{ authorization: `bearer ${token}` }, 200],
    [{ authorization: "Bearer another-token-of-ours" }, 200],
  ])("answers %j with %i", async (headers, status) => {
    expect(await ask("", { headers: headers as Record<string, string> })).toMatchObject({ status });
  });

  it("lets no script of another site in: no CORS field, also for a preflight", async () => {
    const routes = createAdminRoutes({ cache: createCacheAdmin(store, []), tokens: [token] });
    const headers = { origin: "https://evil.example", "access-control-request-method": "DELETE" };
    const response = await routes.fetch(new Request("http://host/api/admin/cache", { method: "OPTIONS", headers }));
    expect(response.status).toBe(401);
    expect([...response.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
  });

  it("lists by the names of sources, and by location what belongs to none", async () => {
    const all = await ask("");
    expect(namesOf(all)).toEqual([
      "<https://gone/>/d",
      "films/2024",
      "films/2024/a b.mp4",
      "films/2024/c.mp4",
      "films/2024x",
    ]);
    expect(all.body).toMatchObject({ entries: [{ version: '"1"', slices: 1, bytes: 100 }, {}, {}, {}, {}] });
    expect(namesOf(await ask("/films/2024"))).toEqual(["films/2024", "films/2024/a b.mp4", "films/2024/c.mp4"]);
    expect(namesOf(await ask("/films/2024/"))).toEqual(["films/2024/a b.mp4", "films/2024/c.mp4"]);
    expect(namesOf(await ask("/films/2024/a%20b.mp4"))).toEqual(["films/2024/a b.mp4"]);
    expect(namesOf(await ask(`/${encodeURIComponent("<https://gone/>")}`))).toEqual(["<https://gone/>/d"]);
    expect(await ask("/nobody")).toMatchObject({ status: 404, body: { code: "unknown-source" } });
    expect(await ask("/%ff")).toMatchObject({ status: 400 });
  });

  it("summarizes", async () => {
    expect(await ask("?summary")).toMatchObject({
      body: { state: { kind: "on" }, limitBytes: 64 * sliceBytes, totals: { objects: 5, slices: 5, bytes: 500 } },
    });
    expect(await ask("/films/2024?summary")).toMatchObject({ body: { totals: { objects: 3, slices: 3, bytes: 300 } } });
  });

  it("purges through the source, so that it forgets what it remembers, and then the store", async () => {
    const dropped = { objects: 3, slices: 3, bytes: 300 };
    expect(await ask("/films/2024", { method: "DELETE", headers: { authorization: `Bearer ${token}` } })).toEqual({
      status: 200,
      body: { dropped },
    });
    expect(purged).toEqual(["2024"]);
    expect(namesOf(await ask(""))).toEqual(["<https://gone/>/d", "films/2024x"]);
    await ask("", { method: "DELETE", headers: { authorization: `Bearer ${token}` } });
    expect(purged).toEqual(["2024", ""]);
    expect(await store.stat()).toEqual(nothing);
  });

  it("says that there is no cache, and what else there is", async () => {
    const routes = createAdminRoutes({ cache: undefined, tokens: [token] });
    const headers = { authorization: `Bearer ${token}` };
    const codes = ["/api/admin/cache", "/api/admin/else"].map(async (path) => {
      const response = await routes.fetch(new Request(`http://host${path}`, { headers }));
      return [response.status, ((await response.json()) as { readonly code: string }).code];
    });
    expect(await Promise.all(codes)).toEqual([
      [404, "no-cache"],
      [404, "not-found"],
    ]);
  });
});
