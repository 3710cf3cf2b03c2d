import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Catalog, itemIdOf } from "../../src/catalog/index.ts";
import { readAll } from "../../src/testing/catalog-subject.ts";
import { killIdentity, openTarget, recordsOf, scanOnce } from "./kill-nine-library.ts";

/** What must hold of the tables, as questions whose answer is 0. */
const invariants: Readonly<Record<string, string>> = {
  "items without object":
    "select count(*) as n from items where not exists (select 1 from objects where objects.key = items.key)",
  "objects without item":
    "select count(*) as n from objects where not exists (select 1 from items where items.key = objects.key)",
  "items counted wrong": "select count(*) as n from sources where item_count <> (select count(*) from items)",
  "keys held twice": "select count(*) as n from (select key from items group by key having count(*) > 1) as twice",
  "postings of no item": "select count(*) as n from postings where not exists (select 1 from items where no = item_no)",
  "terms counted wrong":
    "select count(*) as n from terms where item_count <> (select count(*) from postings where term_id = terms.id)",
  "albums counted wrong":
    "select count(*) as n from albums where item_count <> (select count(*) from items where album_no = albums.no)",
  "creators counted wrong":
    "select count(*) as n from creators where item_count <> (select count(*) from item_creators where creator_no = creators.no)",
};

/** Asks the database itself. */
export type AskNumber = (sql: string) => Promise<number>;

/** What a series of kills came to. */
export interface KillReport {
  readonly kills: number;
  /** Batches that the writers said were safe. */
  readonly batches: number;
  /** Scans that were cut with their cursor saved. */
  readonly resumed: number;
  readonly breaches: readonly string[];
}

/**
 * Lets a process scan as fast as it can and kills it with SIGKILL, again and again; after each time the catalog is opened and looked
 * through. At last a scan is let run to its end.
 */
export async function killScans(target: string, kills: number, ask: AskNumber): Promise<KillReport> {
  const report = { kills: 0, batches: 0, resumed: 0, breaches: [] as string[] };
  for (; report.kills < kills; report.kills += 1) {
    const said = await scanUntilKilled(target);
    report.batches += said.length;
    await using catalog = await openTarget(target);
    const breaches = [...(await brokenInvariants(ask)), ...(await lostItems(catalog, said.at(-1)))];
    report.breaches.push(...breaches.map((breach) => `after kill ${report.kills}: ${breach}`));
    report.resumed += (await catalog.sources()).filter(({ state }) => state === "scanning").length;
  }
  await using catalog = await openTarget(target);
  let generation = 0;
  await scanOnce(catalog, (current) => {
    generation = current;
  });
  report.breaches.push(...(await brokenInvariants(ask)), ...(await differences(catalog, generation)));
  return report;
}

/** @returns what the process said was safe: generation and number of records */
async function scanUntilKilled(target: string): Promise<(readonly [number, number])[]> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "kill-nine-writer.ts"), target], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  const opened = Promise.withResolvers<void>();
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    opened.resolve();
  });
  const exited = once(child, "exit");
  await (Math.random() < 0.1 ? sleep(Math.random() * 400) : Promise.race([opened.promise, exited]));
  await sleep(Math.random() * 500);
  child.kill("SIGKILL");
  const [code, signal] = (await exited) as [number | null, string | null];
  if (signal !== "SIGKILL") {
    throw new Error(`The writer ended by itself: ${code ?? signal}`);
  }
  const lines = output
    .split("\n")
    .slice(0, -1)
    .filter((line) => line !== "open");
  return lines.map((line) => line.split(" ").map(Number) as [number, number]);
}

async function brokenInvariants(ask: AskNumber): Promise<string[]> {
  const broken: string[] = [];
  for (const [name, sql] of Object.entries(invariants)) {
    const count = await ask(sql);
    broken.push(...(count === 0 ? [] : [`${count} ${name}`]));
  }
  return broken;
}

/** What was said to be safe must be there, with the title it had then or a later one. */
async function lostItems(catalog: Catalog, last: readonly [number, number] | undefined): Promise<string[]> {
  if (last === undefined) {
    return [];
  }
  const ids = recordsOf(last[0])
    .slice(0, last[1])
    .map(({ key }) => itemIdOf(killIdentity, key));
  const found = new Set<string>();
  for (let from = 0; from < ids.length; from += 500) {
    (await catalog.items(ids.slice(from, from + 500))).forEach(({ id }) => found.add(id));
  }
  // A later scan may have ended since: only what it too holds can be lost.
  const later = new Set(
    [1, 2].flatMap((step) => recordsOf(last[0] + step).map(({ key }) => itemIdOf(killIdentity, key))),
  );
  const lost = ids.filter((id) => later.has(id) && !found.has(id));
  return lost.length === 0 ? [] : [`${lost.length} items are lost`];
}

async function differences(catalog: Catalog, generation: number): Promise<string[]> {
  const items = await readAll((cursor) => catalog.listItems({ cursor, limit: 200 }));
  const held = new Set(items.map(({ key, title }) => `${key}: ${title}`));
  const wanted = new Set(recordsOf(generation).map(({ key, title }) => `${key}: ${title}`));
  const different = [
    ...[...held].filter((item) => !wanted.has(item)),
    ...[...wanted].filter((item) => !held.has(item)),
  ];
  return [
    ...(items.length === held.size ? [] : ["items are listed twice"]),
    ...(different.length === 0 ? [] : [`${different.length} items are not what the source holds: ${different[0]}`]),
  ];
}
