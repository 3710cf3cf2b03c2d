import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Bar } from "./bars.ts";
import { metricOf, OURS } from "./bars.ts";
import type { ColdResult } from "./cold.ts";
import type { CrowdResult } from "./crowd.ts";
import type { Field } from "./contenders.ts";
import type { Sample, WorkloadResult } from "./rounds.ts";
import { ratioSpread, type Spread, spreadOf } from "./statistics.ts";

const FORMATTER = join(import.meta.dirname, "../node_modules/.bin/oxfmt");

/** One section of the run, as Markdown. */
export interface SectionReport {
  readonly id: string;
  readonly markdown: string;
}

/** The table of one workload: every contender, and what ours is to it in the same rounds. */
export function formatWorkload({ workload, samples, failures }: WorkloadResult): string {
  const rows = [...samples.keys()].map(({ peer, version }) => {
    const of = (metric: keyof Sample) => metricOf(samples, peer.name, metric).filter((value) => !Number.isNaN(value));
    const ratio = (metric: keyof Sample) =>
      peer.name === OURS
        ? "-"
        : formatSpread(ratioSpread(metricOf(samples, OURS, metric), metricOf(samples, peer.name, metric)), 2);
    if (of("rate").length === 0) {
      return `| ${peer.name} ${version} | failed | | | | | |`;
    }
    const rate = formatSpread(spreadOf(of("rate")), 0);
    const cpu = formatSpread(spreadOf(of("cpuSecondsPerGib")), 2);
    const cores = `${spreadOf(of("serverCores")).median.toFixed(1)} / ${spreadOf(of("clientCores")).median.toFixed(1)}`;
    const name = peer.name === OURS ? `**${peer.name}**` : `${peer.name} ${version}`;
    return `| ${name} | ${rate} | ${cpu} | ${ratio("rate")} | ${ratio("cpuSecondsPerGib")} | ${cores} |`;
  });
  return [
    `#### ${capitalized(workload.name)}`,
    "",
    `| server | ${workload.unit} | CPU s per GiB | ${OURS}'s rate is | ${OURS}'s CPU is | cores: server / client |`,
    "|---|---|---|---|---|---|",
    ...rows,
    ...failures.map((failure) => `\nFailed: ${failure}`),
  ].join("\n");
}

/** The table of crowds of slow viewers. */
export function formatCrowds(results: readonly CrowdResult[]): string {
  const rows = results.map((result) => {
    const memory = [result.idleMib, result.peakAboveIdleMib, result.endAboveIdleMib].map((mib) => mib.toFixed(0));
    const { viewers } = result;
    const slowest = `${(viewers.slowestBytesPerSecond / 1000).toFixed(1)} kB/s`;
    const slope = result.slopeMibPerMinute.toFixed(1);
    const waits = `${viewers.longestFirstByteMs.toFixed(0)} ms | ${viewers.longestWaitMs.toFixed(0)} ms | ${viewers.stalled} | ${viewers.failures}`;
    return `| ${result.name} | ${result.seconds} s | ${memory.join(" | ")} | ${slope} | ${slowest} | ${waits} | ${result.serverCores.toFixed(2)} |`;
  });
  return [
    "| source | for | idle MiB | peak above idle | at the end above idle | slope MiB/min, 2nd half | slowest viewer | longest wait for the first byte | later | stalled (> 1 s) | cut | server cores |",
    "|---|---|---|---|---|---|---|---|---|---|---|---|",
    ...rows,
  ].join("\n");
}

/** A table for each case of objects that no cache has seen. */
export function formatCold(results: readonly ColdResult[]): string {
  const tables = [...new Set(results.map((result) => result.case))].map((coldCase) => {
    const rows = results
      .filter((result) => result.case === coldCase)
      .map(({ contender: { peer, version }, firstByteMs, requests, bytes, warmRequests }) => {
        const name = peer.name === OURS ? `**${peer.name}**` : `${peer.name} ${version}`;
        const again = warmRequests === undefined ? "" : ` ${warmRequests} |`;
        return `| ${name} | ${firstByteMs.toFixed(1)} | ${requests} | ${(bytes / 1e6).toFixed(2)} |${again}`;
      });
    return [
      `#### Cold: ${coldCase.name}`,
      "",
      `| cache | first byte ms, p50 | upstream requests | upstream MB |${coldCase.isRepeated ? " requests when run again |" : ""}`,
      `|---|---|---|---|${coldCase.isRepeated ? "---|" : ""}`,
      ...rows,
    ].join("\n");
  });
  return tables.join("\n\n");
}

export function formatBars(bars: readonly Bar[]): string {
  const words = (met: boolean | undefined) => (met === undefined ? "not measured" : met ? "met" : "**missed**");
  return [
    "| bar | measured | |",
    "|---|---|---|",
    ...bars.map(({ text, measured, met }) => `| ${text} | ${measured} | ${words(met)} |`),
  ].join("\n");
}

export function formatSkipped(skipped: Field["skipped"]): string {
  return skipped.map(({ name, reason }) => `Not measured: ${name} (${reason.replaceAll("\n", " ")})`).join("\n\n");
}

/**
 * Puts each section between its markers in a Markdown file; sections that were not run keep what they said.
 * @throws {Error} where a marker is missing
 */
export async function writeSections(path: string, sections: readonly SectionReport[]): Promise<void> {
  let text = await readFile(path, "utf8");
  for (const { id, markdown } of sections) {
    const [begin, end] = [`<!-- bench:${id} -->`, `<!-- /bench:${id} -->`];
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    if (from < 0 || to < from) {
      throw new Error(`${path} has no place for section "${id}": no ${begin} ... ${end}`);
    }
    text = `${text.slice(0, from + begin.length)}\n\n${markdown}\n\n${text.slice(to)}`;
  }
  await writeFile(path, text);
  // Tables are aligned as everywhere in the repository, so that the format check stays green.
  await promisify(execFile)(FORMATTER, [path]);
}

function formatSpread(spread: Spread | undefined, digits: number): string {
  if (spread === undefined || Number.isNaN(spread.median)) {
    return "-";
  }
  const [median, min, max] = [spread.median, spread.min, spread.max].map((value) => value.toFixed(digits));
  return min === max ? `${median}` : `${median} (${min}-${max})`;
}

function capitalized(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
