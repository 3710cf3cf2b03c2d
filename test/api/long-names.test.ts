import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { FolderPage, ItemPage } from "../../src/api/contract.ts";
import { openApiStage } from "./api-stage.ts";

it("pages through names as long as file systems have them, in scripts that take three bytes a letter", async () => {
  await using stage = await openApiStage();
  const long = (length: number): string => "長".repeat(Math.floor(length / 3));
  const prefix = `${long(250)}/${long(250)}/${long(250)}/`;
  await mkdir(join(stage.folder, prefix), { recursive: true });
  const names = [1, 2, 3].map((number) => `${long(200)}${number}.mp3`);
  await Promise.all(names.map((name) => writeFile(join(stage.folder, prefix, name), new Uint8Array(1000))));
  await stage.rescan();

  const titles: string[] = [];
  for (const list of [
    `/api/v3/browse/demo/${encodeURI(prefix)}?limit=1`,
    "/api/v3/items?order=title&limit=1&kind=audio",
  ]) {
    let cursor: string | undefined;
    do {
      const page: FolderPage | ItemPage = await stage.json(list + (cursor === undefined ? "" : `&cursor=${cursor}`));
      titles.push(...page.items.map(({ title }) => title));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
  }
  expect(titles.filter((title) => title.startsWith("長"))).toHaveLength(2 * names.length);
  expect(stage.breaches).toEqual([]);
  expect(stage.errors).toEqual([]);
});
