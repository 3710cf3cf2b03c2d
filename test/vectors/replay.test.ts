import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeWithParts } from "../real/require-part.ts";
import { type MediaServer, startMediaServer } from "../wire/media-server.ts";
import { loadRangeVectors } from "./range-vectors.ts";
import { replayOverSocket, replayOverWeb } from "./replay-vector.ts";
import { replayWorldKinds, type ReplayWorld, type ReplayWorldKind, s3WorldKind } from "./replay-world.ts";

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
    expect(await replayOverWeb(world.source, vector)).toEqual([]);
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
