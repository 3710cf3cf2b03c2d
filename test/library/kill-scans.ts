import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openSqliteCatalog } from "../../src/catalog/index.ts";
import { createScanner, scannedSourceId } from "../../src/library/index.ts";
import { createLocalSource } from "../../src/sources/index.ts";
import { itemsOf } from "./scan-stage.ts";
import { silentWav } from "./silent-wav.ts";

const filesPerFolder = 50;

/** What a series of kills came to. */
export interface KillReport {
  /** Scans that were killed before they were done. */
  readonly cutScans: number;
  /** What must not be: an item lost or twice, a database that does not open. */
  readonly breaches: readonly string[];
}

/**
 * Kills a process with SIGKILL while it scans a folder, again and again; some files come and some change in between. After each time the catalog
 * is opened and counted, and at the end one scan has to find everything.
 *
 * @param random 0 to 1, decides when to kill
 */
export async function killScans(
  folder: string,
  { kills, files, random }: { readonly kills: number; readonly files: number; readonly random: () => number },
): Promise<KillReport> {
  const root = join(folder, "media");
  const path = join(folder, "catalog.db");
  const breaches: string[] = [];
  let cutScans = 0;
  let known = 0;
  for (let kill = 0; kill < kills; kill += 1) {
    await addFiles(root, Math.floor((files * kill) / kills), Math.floor((files * (kill + 1)) / kills));
    const said = await scanUntilKilled(root, path, random);
    cutScans += said.includes("complete") ? 0 : 1;
    const count = await countItems(root, path);
    if (count < known) {
      breaches.push(`${known - count} items were lost by kill ${kill}`);
    }
    known = count;
  }
  breaches.push(...(await checkWholeScan(root, path, files)));
  return { cutScans, breaches };
}

/** Adds files, and touches as many of those before. */
async function addFiles(root: string, from: number, to: number): Promise<void> {
  const fileOf = (index: number): string => join(root, `f${Math.floor(index / filesPerFolder)}`, `${index}.wav`);
  for (let index = from; index < to; index += 1) {
    await mkdir(join(fileOf(index), ".."), { recursive: true });
    await writeFile(fileOf(index), silentWav());
    const before = Math.max(0, 2 * from - to) + index - from;
    if (before < from) {
      await utimes(fileOf(before), new Date(), new Date(Date.now() + index * 1000));
    }
  }
}

async function scanUntilKilled(root: string, path: string, random: () => number): Promise<string> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "scan-until-killed.ts"), root, path], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  const begun = Promise.withResolvers<void>();
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
    begun.resolve();
  });
  const exited = once(child, "exit");
  await Promise.race([begun.promise, exited]);
  await sleep(random() * 150);
  child.kill("SIGKILL");
  await exited;
  return said;
}

async function countItems(root: string, path: string): Promise<number> {
  await using catalog = await openSqliteCatalog({ path });
  const source = await catalog.source(scannedSourceId({ identity: root, name: "killed" }));
  return source?.counts.items ?? 0;
}

async function checkWholeScan(root: string, path: string, files: number): Promise<string[]> {
  await using catalog = await openSqliteCatalog({ path });
  const scanned = { identity: root, name: "killed", source: createLocalSource({ root }) };
  const { result, source } = await createScanner({ catalog }).scan(scanned);
  const items = await itemsOf(catalog, scannedSourceId(scanned));
  const found = `${result}, ${items.size} items listed, ${source?.counts.items} counted, of ${files}`;
  return result === "complete" && items.size === files && source?.counts.items === files ? [] : [found];
}
