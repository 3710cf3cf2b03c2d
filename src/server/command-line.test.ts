import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { parseCommandLine } from "./command-line.ts";
import { helpText } from "./help-text.ts";
import { settingKeys, settingNames } from "./setting.ts";
import { sourceCacheParameters, sourceCacheShape } from "./source-cache.ts";

describe("parseCommandLine()", () => {
  it("reads options and locations in any order", () => {
    expect(
      parseCommandLine([
        "films=./Films",
        "--port",
        "0",
        "--open",
        "s3://bucket",
        "--config=a.json",
        "--log-level=debug",
      ]),
    ).toEqual({
      kind: "serve",
      configFile: "a.json",
      settings: {
        port: { value: "0", origin: "--port" },
        open: { value: true, origin: "--open" },
        logLevel: { value: "debug", origin: "--log-level" },
        sources: { value: ["films=./Films", "s3://bucket"], origin: "" },
      },
    });
  });

  it("knows the check command, in first place only", () => {
    expect(parseCommandLine(["--port", "1", "check", "a"])).toMatchObject({
      kind: "check",
      settings: { sources: { value: ["a"] } },
    });
    expect(parseCommandLine(["a", "check"])).toMatchObject({
      kind: "serve",
      settings: { sources: { value: ["a", "check"] } },
    });
    expect(parseCommandLine(["check"])).toEqual({ kind: "check", configFile: undefined, settings: {} });
  });

  it("knows the cache command", () => {
    expect(parseCommandLine(["cache", "ls", "--cache", "c", "films/a"])).toEqual({
      kind: "cache",
      action: "ls",
      place: "films/a",
      configFile: undefined,
      settings: { cache: { value: "c", origin: "--cache" } },
    });
    expect(parseCommandLine(["cache", "purge"])).toMatchObject({ action: "purge", place: "" });
  });

  it("takes everything after -- as a location", () => {
    expect(parseCommandLine(["--", "--odd"])).toMatchObject({ settings: { sources: { value: ["--odd"] } } });
  });

  it.each([["--help"], ["-h"], ["--port", "1", "-h"]])("answers %s with the help", (...args) => {
    expect(parseCommandLine(args)).toEqual({ kind: "help" });
  });

  it("answers --no-open as a setting of its own", () => {
    expect(parseCommandLine(["--no-open"])).toMatchObject({
      settings: { open: { value: false, origin: "--no-open" } },
    });
  });

  it.each([
    [["--prot", "80"], 'There is no option --prot. Did you mean "--port"?'],
    [["-p", "80"], "There is no option -p."],
    [["--constructor"], "There is no option --constructor."],
    [["--port"], "--port needs a value: --port 8080."],
    [["--port="], "--port needs a value"],
    [["--port", "--open"], "--port needs a value"],
    [["--open=no"], "--open takes no value. Use --open or --no-open."],
    [["--no-port"], "--no-port means nothing"],
    [["cache"], '"sluice cache" needs to know what to do: ls, stat or purge.'],
    [["cache", "list"], '"list" is none of them.'],
    [["cache", "ls", "a", "b"], 'takes one source[/path], and "b" is one too many.'],
    [["--admin-token", "x"], "There is no option --admin-token."],
  ])("refuses %j", (args, detail) => {
    expect(parseCommandLine(args)).toEqual({ kind: "problem", detail: expect.stringContaining(detail) });
  });
});

/** Without the spaces that line up its tables. */
async function readReadme(): Promise<string> {
  const text = await readFile(new URL("../../README.md", import.meta.url), "utf8");
  return text.replaceAll(/ +/g, " ");
}

describe("the README's table", () => {
  it("names every option, variable and key of the file", async () => {
    const readme = await readReadme();
    for (const key of settingKeys) {
      const { flag, variable } = settingNames[key];
      const row = readme.split("\n").find((line) => line.startsWith("|") && line.includes(`\`${variable}\``));
      expect(row, variable).toContain(`| \`${key}\` |`);
      expect(row, variable).toContain(flag === undefined ? "|" : `\`--${flag}`);
    }
  });

  it("names all that a source can be told about caching", async () => {
    const readme = await readReadme();
    sourceCacheParameters.forEach((name) => expect(readme).toContain(`| \`${name}\` |`));
    Object.keys(sourceCacheShape).forEach((key) => expect(readme).toContain(`| \`${key}\` |`));
  });
});

describe("helpText", () => {
  it("names what locations can say about caching", () => {
    sourceCacheParameters.forEach((name) => expect(helpText).toContain(`${name}=`));
  });

  it("names every option and variable", () => {
    for (const key of settingKeys) {
      const { flag, variable } = settingNames[key];
      expect(helpText).toContain(variable);
      expect(helpText).toContain(flag === undefined ? variable : `--${flag} `.trimEnd());
    }
  });
});
