import type { RatioBar } from "../bars.ts";
import { NO_UPSTREAM, startContender } from "../contenders.ts";
import { OBJECT_PATH } from "../fixture.ts";
import { caddyProxy } from "../peers/caddy.ts";
import { flaskPassThrough, flaskWindows } from "../peers/flask.ts";
import { nginxProxy, nginxStatic, nginxUnspooledProxy } from "../peers/nginx.ts";
import { nodePipeProxy, sluiceHttp } from "../peers/node-servers.ts";
import { varnishPass } from "../peers/varnish.ts";
import { compare } from "./comparison.ts";
import type { SectionContext, SectionResult } from "./section.ts";

const STREAM = "one large stream";
const SMALL_RANGES = "64 KiB ranges, 64 connections";
const NGINX = [nginxProxy.name];

const BARS: readonly RatioBar[] = [
  { text: "large stream: >= 1.2x nginx proxy_pass", workload: STREAM, metric: "rate", against: NGINX, limit: 1.2 },
  {
    text: "large stream: CPU per GiB <= 0.7x nginx proxy_pass",
    workload: STREAM,
    metric: "cpuSecondsPerGib",
    against: NGINX,
    limit: 0.7,
  },
  {
    text: "64 KiB ranges: >= 0.8x nginx proxy_pass",
    workload: SMALL_RANGES,
    metric: "rate",
    against: NGINX,
    limit: 0.8,
  },
];

/** Proxies that keep nothing, in front of one HTTP origin. */
export async function runProxy(context: SectionContext): Promise<SectionResult> {
  const { server: origin } = await startContender(nginxStatic, context.fixture, NO_UPSTREAM);
  await using _stopped = origin;
  const upstream = { host: "127.0.0.1", port: origin.port, target: `/${OBJECT_PATH}` };
  const peers = [sluiceHttp, nginxProxy, nginxUnspooledProxy, caddyProxy, varnishPass, nodePipeProxy];
  return await compare(context, { peers: [...peers, flaskPassThrough, flaskWindows], upstream, bars: BARS });
}
