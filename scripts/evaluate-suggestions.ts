// How good the suggestions are (docs/suggestions.md): `node scripts/evaluate-suggestions.ts [seed]`, or over a real listening log, a file
// that the player exported: `node scripts/evaluate-suggestions.ts my-player.json`.
import { readFileSync } from "node:fs";
import { parsePlayerData } from "../web/src/core/player-data-file.ts";
import { generateListeningLog, type ListeningLog } from "./suggestions/listening-log.ts";
import { measureHitRates } from "./suggestions/measure-hit-rate.ts";

const [argument = "1"] = process.argv.slice(2);
const log = /^\d+$/.test(argument)
  ? generateListeningLog(Number(argument), { items: 1_500, listeners: 30, days: 90 })
  : readLog(argument);
const startedAt = performance.now();
const { sittings, ...rates } = measureHitRates(log, 20);
const milliseconds = (performance.now() - startedAt) / Math.max(1, sittings);

console.log(
  `Hit rate at 10 over ${sittings} sittings, ${log.items.size} items (${milliseconds.toFixed(0)} ms a list):`,
);
for (const [name, rate] of Object.entries(rates)) {
  console.log(`${name.padEnd(14)} ${(rate * 100).toFixed(1).padStart(5)} %`);
}

/** What the server says goes with what is no part of the file: there the suggestions do without. */
function readLog(path: string): ListeningLog {
  const read = parsePlayerData(readFileSync(path, "utf8"));
  if (read.kind === "invalid") {
    throw new Error(`Cannot read "${path}": ${read.reason}`);
  }
  const { items, history } = read.data;
  return { items: new Map(items.map((item) => [item.id, item])), related: new Map(), histories: [history] };
}
