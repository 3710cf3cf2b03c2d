import { join } from "node:path";
import { expect, it } from "vitest";
import { createTemporaryFolder } from "../real/temporary-folder.ts";
import { killWriters } from "./kill-nine.ts";

const kills = Number(process.env["SLUICE_KILLS"] ?? 25);

it(
  `serves no wrong byte and keeps its bound after ${kills} kills in the middle of writing`,
  async () => {
    await using folder = await createTemporaryFolder("kill-nine");
    const report = await killWriters(join(folder.path, "cache"), { kills, random: Math.random });
    console.log(JSON.stringify(report));
    expect(report.breaches).toEqual([]);
    expect(report.slicesChecked, "slices survived and were read").toBeGreaterThan(kills * 10);
    expect(report.killsWhileWriting, "kills that hit a write").toBeGreaterThan(0);
  },
  60_000 + kills * 3000,
);
