import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

// Two folders up from here is the package, both as source (src/server) and built (dist/server).
const packageFolder = new URL("../../", import.meta.url);

/** The folder of the demo library that comes with the package. */
export const demoFolder: string = fileURLToPath(new URL("demo", packageFolder));

/** Where the player is built. */
export const playerFolder: string = fileURLToPath(new URL("dist/web", packageFolder));

/** The package's version. */
export async function readVersion(): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(new URL("package.json", packageFolder), "utf8"));
  const version =
    typeof manifest === "object" && manifest !== null && "version" in manifest ? manifest.version : undefined;
  return String(version);
}
