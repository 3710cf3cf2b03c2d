import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Fixture, OBJECT_PATH } from "./fixture.ts";
import { nodeCommand } from "./peers/node-servers.ts";
import type { Upstream } from "./peers/peer.ts";
import { freePort, startServer } from "./server-process.ts";

const POLL_MS = 20;
/** Nothing more is sent for this long: then a cache has what it wanted. */
const QUIET_MS = 150;
const SETTLE_TIMEOUT_MS = 8_000;

/** What has been asked of the origin for one object. */
export interface UpstreamUse {
  readonly requests: number;
  /** Of bodies. */
  readonly bytes: number;
}

/** The far origin, in a process of its own. */
export interface SlowOrigin extends AsyncDisposable {
  readonly upstream: Upstream;
  /** What has been asked for `name` so far. */
  use(name: string): Promise<UpstreamUse>;
  /** The same once nothing more is on its way: a cache may go on when its viewers have gone. */
  settledUse(name: string): Promise<UpstreamUse>;
}

/** Starts an origin whose first byte takes `delayMs`. Only `listedNames` are found by those who list folders. */
export async function startSlowOrigin(
  fixture: Fixture,
  delayMs: number,
  listedNames: readonly string[],
): Promise<SlowOrigin> {
  const port = await freePort();
  const args = [port, join(fixture.root, OBJECT_PATH), fixture.sizeBytes, delayMs, ...listedNames];
  const server = await startServer(nodeCommand("slow-origin.ts", args), port);

  async function use(name: string): Promise<UpstreamUse> {
    const response = await fetch(`http://127.0.0.1:${port}/-/stats?name=${name}`);
    return (await response.json()) as UpstreamUse;
  }

  return {
    upstream: { host: "127.0.0.1", port, target: `/${OBJECT_PATH}` },
    use,
    async settledUse(name) {
      const deadline = performance.now() + SETTLE_TIMEOUT_MS;
      let last = await use(name);
      let quietSince = performance.now();
      while (performance.now() - quietSince < QUIET_MS && performance.now() < deadline) {
        await sleep(POLL_MS);
        const now = await use(name);
        if (now.requests !== last.requests || now.bytes !== last.bytes) {
          quietSince = performance.now();
        }
        last = now;
      }
      return last;
    },
    [Symbol.asyncDispose]: () => server.stop(),
  };
}
