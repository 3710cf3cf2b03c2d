import { readFileSync } from "node:fs";
import { join } from "node:path";

const MAIN = join(import.meta.dirname, "../src/server/main.ts");

/** Node's options that the server is started with, from its first line: what is measured runs under the same. */
export const SERVER_FLAGS: readonly string[] = readFileSync(MAIN, "utf8")
  .slice(0, 200)
  .split("\n", 1)
  .flatMap((line) => line.split(" ").filter((word) => word.startsWith("--")));
