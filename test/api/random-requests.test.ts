import { describe, expect, it } from "vitest";
import type { OpenApiDocument, OpenApiParameter } from "../../src/api/v3/openapi-document.ts";
import { startPostgres } from "../real/postgres.ts";
import { describeWithParts } from "../real/require-part.ts";
import { chooseSeed, createRandom } from "../scenarios/seeded-random.ts";
import { adminToken, type ApiStage, openApiStage } from "./api-stage.ts";

// `SLUICE_RANDOM_REQUESTS=20000` for a long run, `SLUICE_TEST_SEED` to repeat one.
const count = Number(process.env["SLUICE_RANDOM_REQUESTS"] ?? 1500);
const seed = chooseSeed();
type Random = (limit: number) => number;
const oddTexts: readonly string[] = [
  "",
  " ",
  "0",
  "-1",
  "1e309",
  "NaN",
  "null",
  "true",
  "\0",
  "\r\nX: y",
  "../../etc/passwd",
  "%",
  "%00",
  "'; DROP TABLE items; --",
  '" OR ""="',
  "a*b:c^d NEAR(e)",
  "<script>",
  "\u202e\ud83c\udfb5",
  "音楽",
  "é".repeat(300),
  "a\0b",
  "Music/\0/",
  "\ud800",
  "[object Object]",
  "__proto__",
  "~AAAAAAAAAAAAAAAAAAAAAAYQ",
  "a".repeat(3000),
];

/** Ids that name something, by the part of the address before them. */
type KnownIds = Readonly<Record<string, readonly string[]>>;

function pick<Value>(values: readonly Value[], random: Random): Value | undefined {
  return values[random(values.length)];
}

/** A value that the operation can do something with. */
function usefulValue({ name, schema }: OpenApiParameter, ids: readonly string[], random: Random): string {
  const items = schema["items"] as { readonly enum?: readonly string[] } | undefined;
  const choices = (schema["enum"] as readonly string[] | undefined) ?? items?.enum;
  switch (name) {
    case "id":
    case "album":
    case "creator":
      return pick(ids, random) ?? "";
    case "source":
    case "name":
      return "demo";
    case "prefix":
      return pick(["Music/", "Music/Tidewater/", "Films/"], random) ?? "";
    case "n":
      return "0";
    default:
      return pick(choices ?? ["tide", "w", "harbour lights"], random) ?? "";
  }
}

/** A value that nobody would give, or one that belongs elsewhere. */
function oddValue(known: KnownIds, random: Random): string {
  const values = random(2) === 0 ? oddTexts : ["demo", "50", "Music/", ...Object.values(known).flat()];
  return pick(values, random) ?? "";
}

/** A request that the document allows, or nearly. */
function randomRequest(document: OpenApiDocument, known: KnownIds, random: Random): readonly [string, RequestInit] {
  const paths = Object.entries(document.paths).filter(([path]) => !path.endsWith("/events"));
  const [template, operations] = paths[random(paths.length)] ?? ["/api/v3/home", {}];
  const [own = "get"] = Object.keys(operations);
  const methods = [own, own, own, own, own, "HEAD", "PUT", "OPTIONS"];
  const method = (methods[random(methods.length)] ?? "GET").toUpperCase();
  const parameters = Object.values(operations)[0]?.parameters ?? [];
  const ids = known[template.split("/")[3] ?? ""] ?? [];
  const isUseful = random(2) === 0;
  const valueFor = (parameter: OpenApiParameter): string =>
    isUseful || random(3) === 0 ? usefulValue(parameter, ids, random) : oddValue(known, random);
  let path = template;
  const query = new URLSearchParams();
  for (const parameter of parameters) {
    if (parameter.in === "path") {
      // What a URL parser would resolve away asks for another address.
      const value = encodeURIComponent(valueFor(parameter).toWellFormed()).replaceAll(".", "%2E");
      path = path.replace(`{${parameter.name}}`, () => value);
    } else if (
      parameter.required === true ||
      (random(3) === 0 && !(isUseful && /cursor|limit|size/.test(parameter.name)))
    ) {
      query.append(parameter.name, valueFor(parameter));
      if (!isUseful && random(4) === 0) {
        query.append(parameter.name, valueFor(parameter));
      }
    }
  }
  const headers: Record<string, string> = random(3) === 0 ? { authorization: `Bearer ${adminToken}` } : {};
  const body = method === "POST" && random(2) === 0 ? JSON.stringify({ previousItemId: pick(ids, random) }) : undefined;
  const init =
    body === undefined
      ? { method, headers }
      : { method, headers: { ...headers, "content-type": "application/json" }, body };
  return [`${path}?${query}`, init];
}

async function tryRandomRequests(stage: ApiStage): Promise<void> {
  const random = createRandom(seed);
  const { entries } = await stage.catalog.listItems({ limit: 20 });
  const { entries: playlists } = await stage.catalog.playlists();
  const { entries: albums } = await stage.catalog.albums();
  const idsOf = (held: readonly { readonly id: string }[]): readonly string[] => held.map(({ id }) => id);
  const known = { items: idsOf(entries), playlists: idsOf(playlists), albums: idsOf(albums) };
  const failures: string[] = [];
  const statuses = new Map<number, number>();
  for (let done = 0; done < count; done += 1) {
    const [path, init] = randomRequest(stage.api.document, known, random);
    const response = await stage.ask(path, init);
    await response.arrayBuffer();
    statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
    if (response.status >= 500) {
      failures.push(`${init.method} ${path}: ${response.status}`);
    }
  }
  const seen = { seed, failures, errors: stage.errors, breaches: stage.breaches.slice(0, 5) };
  expect(seen).toEqual({ seed, failures: [], errors: [], breaches: [] });
  // The requests were not all refused at the door.
  expect(statuses.get(200) ?? 0).toBeGreaterThan(count / 10);
  expect(statuses.get(400) ?? 0).toBeGreaterThan(count / 20);
}

describe(`${count} random requests (seed ${seed}) find no failure`, { timeout: 600_000 }, () => {
  it("over SQLite", async () => {
    await using stage = await openApiStage();
    await tryRandomRequests(stage);
  });

  describeWithParts(["postgresql"], "with a real server", () => {
    it("over PostgreSQL", async () => {
      await using server = await startPostgres();
      await using stage = await openApiStage({ connectionString: await server.createDatabase() });
      await tryRandomRequests(stage);
    });
  });
});
