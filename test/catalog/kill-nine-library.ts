import { type Catalog, type ItemRecord, openPostgresCatalog, openSqliteCatalog } from "../../src/catalog/index.ts";
import { itemRecord } from "../../src/testing/catalog-subject.ts";

export const killIdentity = "file:///killed";
const total = 1200;
const batchSize = 40;

/** `sqlite:` and a path, or a PostgreSQL address. */
export function openTarget(target: string): Promise<Catalog> {
  return target.startsWith("sqlite:")
    ? openSqliteCatalog({ path: target.slice("sqlite:".length) })
    : openPostgresCatalog({ connectionString: target });
}

/** What the source holds while a scan of this generation runs: a tenth comes and goes, titles change. */
export function recordsOf(generation: number): ItemRecord[] {
  return Array.from({ length: total }, (_, index) =>
    itemRecord(`f${index % 30}/${index}.mp3`, {
      title: `Title ${index} take ${(index + generation) % 4 === 0 ? generation : "one"}`,
      creators: [`Creator ${index % 13}`],
      album: `Album ${index % 40}`,
      fingerprint: `${index} ${(index + generation) % 4 === 0 ? generation : 0}`,
    }),
  ).filter((_, index) => index % 10 !== generation % 10);
}

/** Scans as the scanner does, going on where the last scan was cut. Tells what is safe in the database. */
export async function scanOnce(
  catalog: Catalog,
  onBatch: (generation: number, records: number) => void,
): Promise<void> {
  const { id } = await catalog.saveSource({ identity: killIdentity, name: "Killed" });
  await catalog.withScanLock(id, async () => {
    const scan = await catalog.beginScan(id);
    const records = recordsOf(scan.generation);
    for (let from = Number(scan.cursor ?? 0); from < records.length; from += batchSize) {
      const batch = records.slice(from, from + batchSize);
      const known = await catalog.known(
        id,
        batch.map(({ key }) => key),
      );
      const isSame = ({ key, fingerprint }: ItemRecord): boolean => known.get(key) === fingerprint;
      await catalog.touch(
        scan,
        batch.filter(isSame).map(({ key }) => key),
      );
      await catalog.upsert(scan, { items: batch.filter((record) => !isSame(record)) });
      await catalog.saveScanCursor(scan, String(from + batchSize));
      onBatch(scan.generation, Math.min(from + batchSize, records.length));
    }
    await catalog.finishScan(scan, { result: "complete", objects: records.length, failed: 0 });
  });
}
