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

/** A value as the schema wants it, as it nearly wants it, or as nobody would. */
function valueFor({ name, schema }: OpenApiParameter, known: readonly string[], random: Random): string {
  const choices = (schema["enum"] ?? (schema["items"] as { enum?: unknown } | undefined)?.enum) as string[] | undefined;
  const isSource = name === "source" || name === "name";
  switch (random(6)) {
    case 0:
      return oddTexts[random(oddTexts.length)] ?? "";
    case 1:
      return ["tide", "Music/Tidewater/", "1", "50", "w", "demo"][random(6)] ?? "";
    case 2:
      return known[random(known.length)] ?? "";
    case 3:
      // What no schema forbids is where it is worth trying most.
      return name === "q" || name === "prefix" ? (oddTexts[random(oddTexts.length)] ?? "") : "demo";
    default:
      return isSource
        ? "demo"
        : name === "id"
          ? (known[random(known.length)] ?? "")
          : (choices?.[random(choices.length)] ?? String(random(200)));
  }
}

/** A request that the document allows, or nearly. */
function randomRequest(
  document: OpenApiDocument,
  known: readonly string[],
  random: Random,
): readonly [string, RequestInit] {
  const paths = Object.entries(document.paths).filter(([path]) => !path.endsWith("/events"));
  const [template, operations] = paths[random(paths.length)] ?? ["/api/v3/home", {}];
  const methods = [...Object.keys(operations), ...Object.keys(operations), "HEAD", "PUT", "OPTIONS"];
  const method = (methods[random(methods.length)] ?? "GET").toUpperCase();
  const parameters = Object.values(operations)[0]?.parameters ?? [];
  let path = template;
  const query = new URLSearchParams();
  for (const parameter of parameters) {
    if (parameter.in === "path") {
      // What a URL parser would resolve away asks for another address.
      const value = encodeURIComponent(valueFor(parameter, known, random).toWellFormed()).replaceAll(".", "%2E");
      path = path.replace(`{${parameter.name}}`, value);
    } else if (random(3) > 0) {
      query.append(parameter.name, valueFor(parameter, known, random));
      if (random(8) === 0) {
        query.append(parameter.name, valueFor(parameter, known, random));
      }
    }
  }
  const headers: Record<string, string> = random(3) === 0 ? { authorization: `Bearer ${adminToken}` } : {};
  const body =
    method === "POST" && random(2) === 0 ? JSON.stringify({ previousItemId: known[random(known.length)] }) : undefined;
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
  const known = [...entries, ...playlists, ...albums].map(({ id }) => id);
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
