import type { ScanOutcome } from "../catalog/index.ts";
import type { Source } from "../source/index.ts";
import { FactsThread } from "./facts-thread.ts";
import { type BatchResult, BatchScan, writeBatch } from "./scan-batch.ts";
import type { ScanRun } from "./scan-run.ts";
import { type FolderWindow, FolderWalk } from "./folder-walk.ts";

/** Windows are gathered until they hold so many objects: questions to the catalog cost by the question. */
const batchObjects = 200;

/** A part of a source that is looked at again. */
export interface ChangedFolder {
  /** `""`, or a path that ends in `/`. */
  readonly prefix: string;
  /** True for a folder that is new, with all that is in it. */
  readonly isRecursive: boolean;
}

/** Reads a whole source into the catalog. */
export async function scanWholeSource(source: Source, run: ScanRun, concurrency: number): Promise<ScanOutcome> {
  const walk = new FolderWalk(source, { cursor: run.scan.cursor }, run.options);
  await scanWalk(source, walk, run, concurrency);
  const [first] = walk.unlisted;
  if (first !== undefined) {
    // What lies in a folder that cannot be listed is not gone.
    return run.outcome("failed", `${walk.unlisted.length} folders could not be listed. The first: ${first}`);
  }
  // A walk that was resumed may have found nothing because nothing was left.
  return (walk.hasSeenObjects ? undefined : await outcomeIfEmptied(source, run)) ?? run.outcome("complete");
}

/**
 * How a scan ends that finds a source empty of which the catalog holds something. The mount point of a disk that is not mounted looks like this, and
 * so does a bucket before it is restored.
 */
export async function outcomeIfEmptied(source: Source, run: ScanRun): Promise<ScanOutcome | undefined> {
  if (run.heldObjects === 0) {
    return undefined;
  }
  const { done } = await new FolderWalk(source, {}, run.options).windows().next();
  return done === true ? run.outcome("unreachable", emptiedText(source.location, run.heldObjects)) : undefined;
}

function emptiedText(location: string, heldObjects: number): string {
  const held = `${heldObjects.toLocaleString("en")} object${heldObjects === 1 ? "" : "s"}`;
  return `${location} is empty now and held ${held} before: perhaps a disk is not mounted. Nothing was removed. If it was emptied on purpose, put any file into it (a note will do) and scan it again.`;
}

/** Looks at some folders again. */
export async function scanFolders(
  source: Source,
  folders: readonly ChangedFolder[],
  run: ScanRun,
  concurrency: number,
): Promise<void> {
  for (const folder of folders) {
    await scanWalk(source, new FolderWalk(source, folder, run.options), run, concurrency);
  }
}

/** While a batch is read, the next one is listed and the one before is written: a disk, a parser and a database work side by side. */
async function scanWalk(source: Source, walk: FolderWalk, run: ScanRun, concurrency: number): Promise<void> {
  await using thread = new FactsThread();
  const context = { catalog: run.catalog, scan: run.scan, source, thread, concurrency, options: run.options };
  const batches = new BatchScan(context);
  const write = async (result: BatchResult, cursor: string | undefined): Promise<void> => {
    await writeBatch(context, result);
    await run.advance(result, cursor);
  };
  const gathered = gather(walk.windows());
  let next = gathered.next();
  let written: Promise<void> = Promise.resolve();
  for (let batch = await next; batch.done !== true; batch = await next) {
    next = gathered.next();
    // What is awaited later must not count as unhandled until then.
    next.catch(() => undefined);
    for await (const result of batches.process(batch.value)) {
      await written;
      written = write(result, result.isLast ? batch.value.at(-1)?.cursor : undefined);
      written.catch(() => undefined);
    }
  }
  await written;
}

async function* gather(windows: AsyncGenerator<FolderWindow>): AsyncGenerator<FolderWindow[], undefined> {
  let batch: FolderWindow[] = [];
  let objects = 0;
  for await (const window of windows) {
    batch.push(window);
    objects += window.objects.length;
    if (objects >= batchObjects) {
      yield batch;
      batch = [];
      objects = 0;
    }
  }
  if (batch.length > 0) {
    yield batch;
  }
  return undefined;
}
