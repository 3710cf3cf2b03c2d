import { expect, it } from "vitest";
import { createTemporaryFolder } from "../real/temporary-folder.ts";
import { killScans } from "./kill-scans.ts";

it("a scan that is killed loses nothing, doubles nothing, and the next one finds the rest", async () => {
  await using folder = await createTemporaryFolder("kill-scans");
  const { cutScans, breaches } = await killScans(folder.path, { kills: 8, files: 2400, random: Math.random });
  expect(breaches).toEqual([]);
  expect(cutScans).toBeGreaterThan(0);
});
