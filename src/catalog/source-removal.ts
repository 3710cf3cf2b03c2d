import type { DatabaseKind } from "./catalog-database.ts";
import { inTransaction } from "./in-transaction.ts";
import { removeObjects, removeUnused } from "./object-removal.ts";
import { sourceKeyOf } from "./source-rows.ts";
import type { Database } from "./tables.ts";

const batchSize = 200;

/** Forgets a source and all it held, batch by batch; cut short, it can be called again. */
export async function removeSource(kind: DatabaseKind, db: Database, sourceId: string): Promise<void> {
  const source = await sourceKeyOf(db, sourceId);
  for (;;) {
    const objects = await db
      .selectFrom("objects")
      .select("key")
      .where("source_no", "=", source.no)
      .limit(batchSize)
      .execute();
    if (objects.length === 0) {
      break;
    }
    const keys = objects.map(({ key }) => key);
    await inTransaction(db, (tx) => removeObjects(kind, tx, source, keys));
  }
  await removeUnused(kind, db);
  await db.deleteFrom("sources").where("no", "=", source.no).execute();
}
