import { open } from "node:fs/promises";
import { join } from "node:path";
import { type Fixture, OBJECT_PATH } from "./fixture.ts";
import type { Peer } from "./peers/peer.ts";

const PROBE_BYTES = 100_000;

/**
 * Asks a server for one range and compares the bytes: a server that answers fast and wrong, or with something else than it was
 * asked for, must not be measured.
 * @throws {Error} that says what is wrong
 */
export async function verifyServer(peer: Peer, port: number, fixture: Fixture): Promise<void> {
  const start = Math.floor(fixture.sizeBytes / 3);
  const range = peer.servesRanges === false ? `bytes=${start}-` : `bytes=${start}-${start + PROBE_BYTES - 1}`;
  const response = await fetch(`http://127.0.0.1:${port}/${OBJECT_PATH}`, {
    headers: { range },
    signal: AbortSignal.timeout(15_000),
  });
  const body = Buffer.from(await response.arrayBuffer());
  if (response.status !== 206) {
    throw new Error(`answers ${response.status} to ${range}`);
  }
  if (!body.subarray(0, PROBE_BYTES).equals(await readAt(fixture, start))) {
    throw new Error(`answers ${range} with ${body.length} wrong bytes`);
  }
}

async function readAt(fixture: Fixture, start: number): Promise<Buffer> {
  await using file = await open(join(fixture.root, OBJECT_PATH));
  const { buffer, bytesRead } = await file.read(Buffer.alloc(PROBE_BYTES), 0, PROBE_BYTES, start);
  return buffer.subarray(0, bytesRead);
}
