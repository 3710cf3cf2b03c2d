// Measures the player's first view as Lighthouse does for phones: `node scripts/measure-lighthouse.ts [ROUNDS]`, over the demo library, on a
// machine that does nothing else. Lighthouse is fetched by npx: it brings more packages than all that the tests need.
import { execFile } from "node:child_process";
import { tmpdir } from "node:os";
import { promisify } from "node:util";
import { openPlayerStage } from "../test/web/player-stage.ts";
import { findCommand } from "./setup/missing-commands.ts";

const bars = { performance: 95, accessibility: 100, "best-practices": 100 } as const;
const largestPaintBarMs = 2_000;

type Category = keyof typeof bars;

/** What is taken of Lighthouse's report. */
interface Report {
  readonly categories: Readonly<Record<Category, { readonly score: number | null }>>;
  readonly audits: Readonly<Record<string, { readonly numericValue?: number }>>;
}

const rounds = Number(process.argv[2] ?? 3);
await using stage = await openPlayerStage();
const pages = {
  home: stage.address,
  album: await stage.albumAddress("Tidewater"),
  item: `${stage.address}/item/${await stage.idOf("Low Water")}`,
};
for (const [name, address] of Object.entries(pages)) {
  const reports: Report[] = [];
  for (let round = 0; round < rounds; round += 1) reports.push(await runLighthouse(address));
  printBest(name, reports);
}

/** The mobile profile: a slow phone on a slow network, in a browser with a fresh profile. */
async function runLighthouse(address: string): Promise<Report> {
  const categories = `--only-categories=${Object.keys(bars).join(",")}`;
  const flags = "--chrome-flags=--headless=new --no-sandbox --disable-gpu";
  const { stdout } = await promisify(execFile)(
    "npx",
    ["--yes", "lighthouse@13", address, "--output=json", "--quiet", categories, flags],
    {
      cwd: tmpdir(),
      env: { ...process.env, CHROME_PATH: findCommand("chromium") ?? "chromium" },
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  return JSON.parse(stdout) as Report;
}

/** Neighbours on the machine only ever make a round worse: the best one is what the page is like. */
function printBest(name: string, reports: readonly Report[]): void {
  const scores = (Object.keys(bars) as Category[]).map((category) => {
    const best = Math.max(...reports.map(({ categories }) => Math.round((categories[category].score ?? 0) * 100)));
    return `${category} ${best}${best < bars[category] ? ` (bar ${bars[category]})` : ""}`;
  });
  const figures = ["first-contentful-paint", "largest-contentful-paint", "total-blocking-time"].map((audit) => {
    const best = Math.min(...reports.map(({ audits }) => audits[audit]?.numericValue ?? Infinity));
    const isSlow = audit === "largest-contentful-paint" && best > largestPaintBarMs;
    return `${audit} ${Math.round(best)} ms${isSlow ? ` (bar ${largestPaintBarMs})` : ""}`;
  });
  console.log(`${name}: ${[...scores, ...figures].join(", ")}`);
}
