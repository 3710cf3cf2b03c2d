import { checkSource } from "../api/index.ts";
import { isSourceError, type Source, type SourceErrorCode } from "../source/index.ts";
import { assertReadableFolder } from "./folders.ts";
import type { SourceConfig } from "./source-config.ts";
import { StartError } from "./start-error.ts";

/** How long a source may take in `sluice check`: longer than in `/readyz`, for somebody is watching and credentials may be slow. */
const timeoutMs = 15_000;

/**
 * Reaches every source and reports on each as soon as it and those before it have answered.
 * @returns whether all can be reached
 */
export async function checkSources(
  sources: readonly SourceConfig[],
  create: (config: SourceConfig) => Source,
  print: (line: string) => void,
): Promise<boolean> {
  const pending = sources.map((config) => verdictOn(config, create));
  let isAllWell = true;
  for (const [index, verdict] of pending.entries()) {
    const config = sources[index];
    const problem = await verdict;
    isAllWell &&= problem === undefined;
    const subject = `${config?.name} (${config?.location.text})`;
    print(problem === undefined ? `ok    ${subject}` : `FAIL  ${subject}: ${problem}`);
  }
  return isAllWell;
}

async function verdictOn(config: SourceConfig, create: (config: SourceConfig) => Source): Promise<string | undefined> {
  try {
    if (config.location.kind === "local") {
      await assertReadableFolder(config.name, config.location.root);
    }
    await using source = create(config);
    await checkSource(source, timeoutMs);
    return undefined;
  } catch (error) {
    return describeFailure(error, config);
  }
}

/** What went wrong and what to do, on one line. */
export function describeFailure(error: unknown, { location }: Pick<SourceConfig, "location">): string {
  if (error instanceof StartError) {
    return error.message;
  }
  const message = (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, " ").replace(/\.$/, "");
  const fix = isSourceError(error) ? fixFor(error.code, location.kind) : undefined;
  return fix === undefined ? `${message}.` : `${message}. ${fix}`;
}

type Kind = SourceConfig["location"]["kind"];

function fixFor(code: SourceErrorCode, kind: Kind): string | undefined {
  const fixes: Partial<Record<SourceErrorCode, Readonly<Record<Kind, string>>>> = {
    "not-found": {
      local: "Check how the path is written, or create the folder.",
      s3: "Check the bucket's name, its region (region=) and the server (endpoint=).",
      http: "Check the address; a file that is there must be reachable below it.",
      feed: "Check the feed's address: open it in a browser.",
      ytdlp: "Check path=, and that yt-dlp is installed.",
    },
    forbidden: {
      local: "Give the user that runs Sluice the right to read and enter the folder.",
      s3: "Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (or AWS_PROFILE) and that they may list and read the bucket; a public bucket takes anonymous=true.",
      http: 'Give this source "headers" in the configuration file: {"Authorization": "Bearer ..."}.',
      feed: "A feed for subscribers needs its token in the address; one in your own network needs allowed-networks=192.168.0.0/16, or whichever network it is.",
      ytdlp: "Check that the user that runs Sluice may run path= and read cookies=.",
    },
    unavailable: {
      local: "Check that the disk or network share is mounted.",
      s3: "Check endpoint=, the network and that the server runs.",
      http: "Check the address, the network and that the server runs.",
      feed: "Check the address, the network and that the server runs.",
      ytdlp: "Install yt-dlp, or say where it is with path=.",
    },
    timeout: {
      local: "Check that the disk or network share responds.",
      s3: "Check endpoint=, the network and firewalls.",
      http: "Check the address, the network and firewalls.",
      feed: "Check the address, the network and firewalls.",
      ytdlp: "Check that yt-dlp answers: yt-dlp --version.",
    },
    "bad-upstream": {
      local: "Check the folder.",
      s3: "Check that endpoint= is an S3 server; many need path-style=true.",
      http: "Check that the address is the folder the files lie in.",
      feed: "Check that the address is the feed itself, not a page about it.",
      ytdlp: "Update yt-dlp: sites change, and so does it.",
    },
  };
  return fixes[code]?.[kind];
}
