import { type Bar, judgeCrowd } from "../bars.ts";
import { NO_UPSTREAM, startContender } from "../contenders.ts";
import { type CrowdResult, runCrowd } from "../crowd.ts";
import { OBJECT_PATH } from "../fixture.ts";
import { nginxStatic } from "../peers/nginx.ts";
import { sluiceHttp, sluiceLocal } from "../peers/node-servers.ts";
import type { Peer, Upstream } from "../peers/peer.ts";
import { formatBars, formatCrowds } from "../report.ts";
import type { SectionContext, SectionResult } from "./section.ts";

const MOST_MIB = 100;

/** A thousand slow viewers, of a local file and of a proxied one. */
export async function runMemory(context: SectionContext): Promise<SectionResult> {
  const { server: origin } = await startContender(nginxStatic, context.fixture, NO_UPSTREAM);
  await using _stopped = origin;
  const upstream = { host: "127.0.0.1", port: origin.port, target: `/${OBJECT_PATH}` };
  const results: CrowdResult[] = [];
  const problems: Bar[] = [];
  for (const [name, peer] of [
    ["local file", sluiceLocal],
    ["HTTP origin", sluiceHttp],
  ] as const) {
    try {
      results.push(await seatCrowd(context, name, peer, upstream));
    } catch (error) {
      problems.push({ text: name, measured: error instanceof Error ? error.message : String(error), met: undefined });
    }
  }
  const bars = [...results.flatMap((result) => judgeCrowd(result, MOST_MIB)), ...problems];
  return { markdown: `${formatCrowds(results)}\n\n${formatBars(bars)}`, bars };
}

async function seatCrowd(context: SectionContext, name: string, peer: Peer, upstream: Upstream): Promise<CrowdResult> {
  const { fixture, options, progress } = context;
  const contender = await startContender(peer, fixture, upstream);
  await using _stopped = contender.server;
  progress(`memory, ${name}: viewers for ${options.viewerSeconds} s`);
  const result = await runCrowd(name, contender, fixture.sizeBytes, options.viewerSeconds);
  progress(`memory, ${name}: peak ${result.peakAboveIdleMib.toFixed(0)} MiB above idle`);
  return result;
}
