import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { type Fixture, OBJECT_PATH } from "./fixture.ts";
import type { Peer, PeerContext, Upstream } from "./peers/peer.ts";
import { freePort, type ServerProcess, startServer } from "./server-process.ts";
import { verifyServer } from "./verify.ts";

/** A peer that runs and was seen to answer rightly. */
export interface Contender {
  readonly peer: Peer;
  readonly version: string;
  readonly server: ServerProcess;
}

/** Those that run, and those that do not, with the reason. */
export interface Field extends AsyncDisposable {
  readonly contenders: readonly Contender[];
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
}

/** For peers that fetch from nowhere. */
export const NO_UPSTREAM: Upstream = { host: "127.0.0.1", port: 9, target: `/${OBJECT_PATH}` };

/** Starts every peer, each in a process of its own; all stay up, idle ones cost the others nothing. */
export async function startField(peers: readonly Peer[], fixture: Fixture, upstream: Upstream): Promise<Field> {
  const contenders: Contender[] = [];
  const skipped: { name: string; reason: string }[] = [];
  for (const peer of peers) {
    try {
      contenders.push(await startContender(peer, fixture, upstream));
    } catch (error) {
      skipped.push({ name: peer.name, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  return {
    contenders,
    skipped,
    async [Symbol.asyncDispose](): Promise<void> {
      await Promise.all(contenders.map(({ server }) => server.stop()));
    },
  };
}

/** @throws {Error} where it is not installed, does not start or answers wrongly */
export async function startContender(peer: Peer, fixture: Fixture, upstream: Upstream): Promise<Contender> {
  const version = await peer.version();
  const folder = await mkdtemp(join(fixture.workFolder, "peer-"));
  const context: PeerContext = { port: await freePort(), root: fixture.root, folder, upstream };
  const server = await startServer(await peer.command(context), context.port);
  try {
    await verifyServer(peer, server.port, fixture);
    return { peer, version, server };
  } catch (error) {
    await server.stop();
    throw error;
  }
}
