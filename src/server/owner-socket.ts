import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import type { Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StartError } from "./start-error.ts";

/** Longest address of a socket on any system we know, in bytes. */
const mostPathBytes = 100;

/** Where workers ask the owner. */
export interface OwnerSocket extends AsyncDisposable {
  readonly path: string;
}

/** Listens on a socket in a folder of its own that other users cannot enter. @throws {StartError} */
export async function openOwnerSocket(server: Server): Promise<OwnerSocket> {
  const parent = tmpdir();
  try {
    const folder = await mkdtemp(join(parent, "sluice-"));
    const path = process.platform === "win32" ? `\\\\.\\pipe\\${folder}` : join(folder, "owner");
    if (Buffer.byteLength(path) > mostPathBytes) {
      await rm(folder, { recursive: true, force: true });
      throw new Error(`its path is too long for a socket (${mostPathBytes} bytes at most)`);
    }
    server.listen(path);
    await once(server, "listening");
    return { path, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError(
      1,
      `Cannot open a socket for workers in ${parent}: ${reason}. Set TMPDIR to another folder, or use --workers 1.`,
      { cause: error },
    );
  }
}
