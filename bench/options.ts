import { parseArgs } from "node:util";

const MIB = 1024 * 1024;

export const SECTION_IDS = ["local", "proxy", "s3", "memory", "cache", "catalog", "scan", "workers"] as const;
export type SectionId = (typeof SECTION_IDS)[number];

/** How much to measure. */
export interface BenchOptions {
  readonly sections: readonly SectionId[];
  readonly rounds: number;
  /** How much of the object the large stream reads, from its start. */
  readonly streamBytes: number;
  /** Length of one run of a range load. */
  readonly rangeSeconds: number;
  /** How long crowds of slow viewers stay. */
  readonly viewerSeconds: number;
  readonly writesTables: boolean;
}

export const USAGE = `npm run bench -- [options]
  --only <name,...>  sections: ${SECTION_IDS.join(", ")} (all)
  --rounds <n>       rounds of each comparison (3)
  --quick            one round, short runs, 15 s of viewers: under two minutes a section
  --minutes <n>      how long the thousands of viewers stay (1)
  --write            put the tables into docs/benchmarks.md
  --help             show this`;

/** @returns the options, or undefined where help was asked for. @throws {Error} that names the bad option */
export function parseOptions(args: readonly string[]): BenchOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: "string" },
      rounds: { type: "string" },
      quick: { type: "boolean", default: false },
      minutes: { type: "string" },
      write: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    return undefined;
  }
  return {
    sections: parseSections(values.only),
    rounds: Math.ceil(parsePositive("rounds", values.rounds, values.quick ? 1 : 3)),
    streamBytes: values.quick ? 256 * MIB : 1024 * MIB,
    rangeSeconds: values.quick ? 1 : 2,
    viewerSeconds: Math.round(parsePositive("minutes", values.minutes, values.quick ? 0.25 : 1) * 60),
    writesTables: values.write,
  };
}

function parseSections(only: string | undefined): readonly SectionId[] {
  const names = only?.split(",") ?? SECTION_IDS;
  return names.map((name) => {
    const id = SECTION_IDS.find((known) => known === name.trim());
    if (id === undefined) {
      throw new Error(`--only: no section "${name}"; there are ${SECTION_IDS.join(", ")}`);
    }
    return id;
  });
}

function parsePositive(name: string, text: string | undefined, byDefault: number): number {
  const value = text === undefined ? byDefault : Number(text);
  if (!(value > 0)) {
    throw new Error(`--${name}: "${text}" is not a number above 0`);
  }
  return value;
}
