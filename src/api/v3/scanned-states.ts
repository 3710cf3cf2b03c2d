import type { CatalogSource } from "../../catalog/index.ts";
import type { ApiSource } from "../api-source.ts";
import type { SearchedSource } from "../contract.ts";
import type { ApiContext } from "./api-context.ts";

/** Tells how far what was scanned of sources can be relied upon. */
export interface ScannedStates {
  of(sources: readonly ApiSource[]): Promise<readonly SearchedSource[]>;
}

/** Searches come with every letter that is typed; states change with scans. */
const freshForMs = 2_000;

/** Words for what a searcher should know; `idle` is as it should be. */
const details: Readonly<Record<CatalogSource["state"], string | undefined>> = {
  idle: undefined,
  scanning: "It is being scanned: there may be more soon.",
  failed: "Its last scan failed: there may be more than was found.",
  unreachable: "It cannot be reached at the moment: what was scanned before is shown.",
};

/** Creates the teller. */
export function createScannedStates({ catalog }: Pick<ApiContext, "catalog">): ScannedStates {
  let latest: { readonly held: Promise<readonly CatalogSource[]>; readonly until: number } | undefined;

  function readHeld(): Promise<readonly CatalogSource[]> {
    if (latest === undefined || performance.now() >= latest.until) {
      latest = { held: catalog.sources(), until: performance.now() + freshForMs };
    }
    return latest.held;
  }

  return {
    async of(sources) {
      const held = await readHeld();
      return sources.map(({ name, sourceId }) => {
        const state = held.find(({ id }) => id === sourceId)?.state;
        const detail = state && details[state];
        return { source: name, state: "catalog", ...(detail === undefined ? {} : { detail }) };
      });
    },
  };
}
