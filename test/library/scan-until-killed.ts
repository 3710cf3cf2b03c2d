// Run as a process of its own by kill-scans.ts, which kills it: scans a folder into a catalog, and says "scanning" once it does.
import { openSqliteCatalog } from "../../src/catalog/index.ts";
import { createScanner } from "../../src/library/index.ts";
import { createLocalSource } from "../../src/sources/index.ts";

const [root = "", path = ""] = process.argv.slice(2);
await using catalog = await openSqliteCatalog({ path });
const scanner = createScanner({
  catalog,
  onEvent: ({ type }) => {
    if (type === "started") process.stdout.write("scanning\n");
  },
});
const { result } = await scanner.scan({ identity: root, name: "killed", source: createLocalSource({ root }) });
process.stdout.write(`${result}\n`);
