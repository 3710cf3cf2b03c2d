import { type Daemon, startDaemon } from "./daemon.ts";

/** An X display that nobody sees, for programs that insist on one. */
export interface VirtualDisplay extends AsyncDisposable {
  /** The value of `DISPLAY`. */
  readonly name: string;
}

/** Starts Xvfb on a display that it finds free by itself. */
export async function startVirtualDisplay(): Promise<VirtualDisplay> {
  const server = startDaemon("Xvfb", ["-displayfd", "1", "-screen", "0", "1280x900x24", "-nolisten", "tcp"]);
  await server.waitUntil(() => displayNumber(server) !== undefined, 15_000);
  return { name: `:${displayNumber(server)}`, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

/** Xvfb prints the number on a line of its own once it is ready. */
function displayNumber(server: Daemon): string | undefined {
  return server.output().match(/^(\d+)\n/m)?.[1];
}
