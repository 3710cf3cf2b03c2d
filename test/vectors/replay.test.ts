import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createMediaHandler } from "../../src/delivery/index.ts";
import { describeWithParts } from "../real/require-part.ts";
import { type MediaServer, startMediaServer } from "../wire/media-server.ts";
import { type FieldLine, RawConnection, type RawRequest } from "../wire/raw-client.ts";
import { checkResponse, type ObservedResponse } from "./check-response.ts";
import { fillVector, loadRangeVectors, primingOf, type RangeVector } from "./range-vectors.ts";
import { keyOf, replayWorldKinds, type ReplayWorld, type ReplayWorldKind, s3WorldKind } from "./replay-world.ts";

const vectors = loadRangeVectors();

for (const kind of replayWorldKinds) {
  describe(`range vectors: ${kind.name}`, () => replay(kind));
}
describeWithParts(["ceph-rgw"], `range vectors: ${s3WorldKind.name}`, () => replay(s3WorldKind));

/** Every case through a socket and as a Web request; the primary answer alone is right. */
function replay(kind: ReplayWorldKind): void {
  const possible = vectors.filter(({ resource }) => kind.cannotHold[resource] === undefined);
  const impossible = vectors.filter(({ resource }) => kind.cannotHold[resource] !== undefined);
  let world: ReplayWorld;
  let server: MediaServer;

  beforeAll(async () => {
    world = await kind.create(possible);
    server = await startMediaServer(world.source);
  });

  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await world[Symbol.asyncDispose]();
  });

  it.each(possible.map((vector) => [vector.id, vector] as const))("%s over a socket", async (_, vector) => {
    expect(await replayOverSocket(server.port, vector)).toEqual([]);
  });

  it.each(possible.map((vector) => [vector.id, vector] as const))("%s as a Web request", async (_, vector) => {
    expect(await replayOverWeb(world, vector)).toEqual([]);
  });

  it(`has no other cases that do not apply than these: ${inapplicableNote(kind)}`, () => {
    expect(possible.length + impossible.length).toBe(vectors.length);
    expect(impossible.map(({ id }) => id)).toEqual(inapplicable[kind.name]);
  });
}

/** Written out, so that a case cannot drop out unseen. H22 needs a weak tag, L02 and L04 no length, B47 5 GiB. */
const inapplicable: Readonly<Record<string, readonly string[]>> = {
  memory: ["B47"],
  "local folder": ["H22", "L02", "L04"],
  "HTTP origin": ["H22"],
  "somebody else's source": [],
  "S3 (Ceph RGW)": ["B47", "H22", "L02", "L04"],
};

/** For the report: each case with its reason. */
function inapplicableNote({ cannotHold }: ReplayWorldKind): string {
  const notes = vectors.flatMap(({ id, resource }) => {
    const reason = cannotHold[resource];
    return reason === undefined ? [] : [`${id} (${reason})`];
  });
  return notes.length === 0 ? "none" : notes.join(", ");
}

/** Primes, asks, and asks once more on the same connection: what follows an answer must parse cleanly (scenario K26). */
async function replayOverSocket(port: number, vector: RangeVector): Promise<string[]> {
  const target = `/${keyOf(vector)}`;
  await using connection = await RawConnection.open(port);
  const prime = await connection.request({ method: "HEAD", target });
  const filled = fillVector(vector, primingOf(prime.fields));
  const request: RawRequest = {
    method: vector.method,
    target: vector.path ?? target,
    fields: filled.requestFields,
    ...(vector.raw === undefined ? {} : { version: vector.raw }),
  };
  const response = await connection.request(request);
  const breaches = checkResponse(filled, response);
  if (response.reusable) {
    const next = await connection.request({ method: "HEAD", target });
    if (next.status !== prime.status) breaches.push(`the next answer on the connection is ${next.status}`);
  } else if (vector.raw === undefined && vector.headers["Connection"] === undefined) {
    if (vector.resource !== "unknown-length") breaches.push("the connection cannot be used again");
  }
  return breaches;
}

async function replayOverWeb(world: ReplayWorld, vector: RangeVector): Promise<string[]> {
  const handler = createMediaHandler(world.source);
  const key = keyOf(vector);
  const prime = await handler.handleWeb(new Request(`http://127.0.0.1/${key}`, { method: "HEAD" }), key);
  const filled = fillVector(vector, primingOf([...prime.headers]));
  const headers = new Headers(filled.requestFields.map(([name, value]): [string, string] => [name, value]));
  const asked = vector.path?.slice(1) ?? key;
  const startedAt = performance.now();
  const response = await handler.handleWeb(
    new Request(`http://127.0.0.1/${asked}`, { method: vector.method, headers }),
    asked,
  );
  const body = new Uint8Array(await response.arrayBuffer());
  // A Web Response gets its Date from the server that sends it, not from a handler.
  const fields: FieldLine[] = [...response.headers, ["date", new Date().toUTCString()]];
  const elapsedMs = performance.now() - startedAt;
  const observed: ObservedResponse = { status: response.status, fields, body, complete: true, elapsedMs };
  return checkResponse(filled, observed);
}
