import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { helpText } from "./help-text.ts";
import { ytdlpParameters } from "./ytdlp-parameters.ts";

it("is told of with all its parameters", () => {
  const names = Object.keys(ytdlpParameters);
  const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
  const rows = [...read("docs/sites.md").matchAll(/^\| `([\w-]+)`/gm)].map(([, name]) => name);
  expect(new Set(rows)).toEqual(new Set(names));
  const [row = ""] = /^\| `ytdlp:.*$/m.exec(read("README.md")) ?? [];
  for (const name of names) {
    expect(helpText, name).toContain(`${name}=`);
    expect(row, name).toContain(`\`${name}\``);
  }
});
