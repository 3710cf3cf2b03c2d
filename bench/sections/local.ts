import type { RatioBar } from "../bars.ts";
import { NO_UPSTREAM } from "../contenders.ts";
import { caddyStatic } from "../peers/caddy.ts";
import { nginxStatic } from "../peers/nginx.ts";
import { npmStaticServers, sluiceLocal } from "../peers/node-servers.ts";
import { compare } from "./comparison.ts";
import type { SectionContext, SectionResult } from "./section.ts";

const STREAM = "one large stream";

const BARS: readonly RatioBar[] = [
  {
    text: "large stream: >= 1.0x nginx static",
    workload: STREAM,
    metric: "rate",
    against: [nginxStatic.name],
    limit: 1,
  },
  {
    text: "large stream: CPU per GiB <= 0.5x the best npm server",
    workload: STREAM,
    metric: "cpuSecondsPerGib",
    against: npmStaticServers.map(({ name }) => name),
    limit: 0.5,
  },
];

/** A local file, against static file servers. */
export function runLocal(context: SectionContext): Promise<SectionResult> {
  const peers = [sluiceLocal, nginxStatic, caddyStatic, ...npmStaticServers];
  return compare(context, { peers, upstream: NO_UPSTREAM, bars: BARS });
}
