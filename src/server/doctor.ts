import type { Source } from "../source/index.ts";
import type { YtdlpSource } from "../sources/index.ts";
import { checkSources } from "./check-sources.ts";
import type { ServerConfig } from "./config.ts";
import { openCatalog } from "./open-library.ts";
import type { SourceConfig } from "./source-config.ts";

/**
 * `sluice doctor`: looks at everything a server would use, and says what to do where something is wrong.
 * @returns whether all is well
 */
export async function runDoctor(
  config: ServerConfig,
  createSource: (entry: SourceConfig) => Source,
  print: (line: string) => void,
): Promise<boolean> {
  const isSourcesWell = await checkSources(config.sources, createSource, print);
  const isLibraryWell = await checkLibrary(config, print);
  let isSitesWell = true;
  for (const entry of config.sources) {
    await using source = createSource(entry);
    if (hasHealth(source)) {
      const { version, warnings, words } = await source.health();
      words.forEach((line) => print(`      ${entry.name}: ${line}`));
      warnings.forEach((line) => print(`WARN  ${entry.name}: ${line}`));
      isSitesWell &&= version !== undefined;
    }
  }
  return isSourcesWell && isLibraryWell && isSitesWell;
}

function hasHealth(source: Source): source is Source & Pick<YtdlpSource, "health"> {
  return "health" in source;
}

async function checkLibrary({ library }: ServerConfig, print: (line: string) => void): Promise<boolean> {
  if (library.kind === "off") {
    print("ok    library: off");
    return true;
  }
  try {
    await using catalog = await openCatalog(library);
    const sources = await catalog.sources();
    const items = sources.reduce((sum, { counts }) => sum + counts.items, 0);
    print(`ok    library (${catalog.location}): ${items} items of ${sources.length} sources`);
    return true;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    print(`FAIL  library: ${message}. Check --database and --state.`);
    return false;
  }
}
