import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { type Catalog, copyCatalog, isCatalogError, openPostgresCatalog, openSqliteCatalog } from "../catalog/index.ts";
import { StartError } from "./start-error.ts";

/**
 * `sluice db copy FROM TO [--resume]`: copies a library into another database; every id stays what it was.
 * @throws {StartError} where one cannot be opened, or the target holds something
 */
export async function runDatabaseCopy(
  { from, to, resume }: { readonly from: string; readonly to: string; readonly resume: boolean },
  folder: string,
  print: (line: string) => void,
): Promise<void> {
  try {
    assertThere(from, folder);
    await using source = await openDatabase(from, folder);
    await using target = await openDatabase(to, folder);
    const { items, playlists } = await copyCatalog(source, target, { resume });
    print(`Copied ${items} items and ${playlists} playlists.`);
  } catch (error) {
    if (isCatalogError(error)) {
      throw new StartError(1, error.message, { cause: error });
    }
    throw error;
  }
}

/** A file that is not there would be made, and its emptiness copied. */
function assertThere(place: string, folder: string): void {
  if (!isPostgres(place) && !existsSync(resolve(folder, place))) {
    throw new StartError(1, `Cannot copy ${place}: there is no such file.`);
  }
}

function isPostgres(place: string): boolean {
  return /^postgres(?:ql)?:\/\//.test(place);
}

function openDatabase(place: string, folder: string): Promise<Catalog> {
  return isPostgres(place)
    ? openPostgresCatalog({ connectionString: place })
    : openSqliteCatalog({ path: resolve(folder, place) });
}
