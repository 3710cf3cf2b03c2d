// Run as a process of its own by kill-nine.ts, which kills it: scans one library over and over, until then.
import { openTarget, scanOnce } from "./kill-nine-library.ts";

const [target = ""] = process.argv.slice(2);
const catalog = await openTarget(target);
process.stdout.write("open\n");
for (;;) {
  await scanOnce(catalog, (generation, records) => process.stdout.write(`${generation} ${records}\n`));
}
