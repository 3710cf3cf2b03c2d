import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Command } from "../server-process.ts";

const run = promisify(execFile);

/** What a server under test is given. */
export interface PeerContext {
  /** Where it must listen, on 127.0.0.1. */
  readonly port: number;
  /** The folder that holds `media/x/big.bin`; local peers serve it. */
  readonly root: string;
  /** An empty folder of its own, for configurations and temporary files. */
  readonly folder: string;
  /** For proxies: address of the folder the object lies in, with a `/` at its end, and the query its requests carry. */
  readonly upstream: Upstream;
}

/** Where a proxy fetches from. */
export interface Upstream {
  readonly host: string;
  readonly port: number;
  /** Path and query of the object, as sent in the request line. */
  readonly target: string;
}

/** One server that is measured. */
export interface Peer {
  readonly name: string;
  /** Version, for the record. @throws {Error} where it is not installed. */
  version(): Promise<string>;
  /** Writes what configuration it needs and says what to run. */
  command(context: PeerContext): Promise<Command>;
  /** False where it cannot serve closed ranges: then it takes part in the large stream only. @default true */
  readonly servesRanges?: boolean;
}

/** First match of `pattern` in what a program prints about itself. @throws {Error} where it is not there. */
export async function programVersion(program: string, args: readonly string[], pattern: RegExp): Promise<string> {
  const { stdout, stderr } = await run(program, args, { timeout: 20_000 });
  const version = pattern.exec(stdout + stderr)?.[1];
  if (version === undefined) {
    throw new Error(`${program} does not say its version`);
  }
  return version;
}
