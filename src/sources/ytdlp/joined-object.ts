import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { finished } from "node:stream/promises";
import { assertRangeWithin, type ByteRange, type ByteSink } from "../../bytes/index.ts";
import {
  isSourceError,
  type MediaObject,
  type OpenOptions,
  type ReadOptions,
  SourceError,
  throwIfAborted,
} from "../../source/index.ts";
import type { TrackPair } from "./choose-format.ts";
import { findCommand } from "./find-command.ts";
import type { SiteFormat } from "./media-format.ts";
import type { ProcessPool } from "./process-pool.ts";
import { kill } from "./stray-processes.ts";

/** What ffmpeg reads: a track that we read for it, or a playlist whose pieces it fetches itself, through the guarding proxy. */
type JoinInput =
  | { readonly kind: "track"; readonly object: MediaObject }
  | { readonly kind: "playlist"; readonly format: SiteFormat; readonly proxyUrl: string };

/** By what tracks are joined. */
export interface JoinOptions {
  /** For messages. */
  readonly name: string;
  /** @default "ffmpeg" */
  readonly ffmpegPath: string | undefined;
  /** Of all that are joined at the same time: each is a process for as long as its viewer watches. */
  readonly pool: ProcessPool;
}

interface JoinPlan extends JoinOptions {
  readonly container: TrackPair["container"];
}

const keptStderr = 4096;
const formatArgs: Readonly<Record<JoinPlan["container"], readonly string[]>> = {
  // The head is written with the first fragment, not before it: sound out of a transport stream is described by its first packets alone.
  mp4: ["-movflags", "frag_keyframe+default_base_moof", "-f", "mp4"],
  webm: ["-f", "webm"],
};

/**
 * Opens both tracks of a pair, each from its start, whatever part of the whole was asked for.
 * @throws {SourceError} where either cannot be opened
 */
export async function openJoinedObject(
  { picture, sound, container }: TrackPair,
  join: JoinOptions,
  open: (format: SiteFormat, options: OpenOptions) => Promise<MediaObject>,
  options: OpenOptions,
): Promise<MediaObject> {
  const intent = options.intent === "metadata" ? options.intent : undefined;
  await using opened = new AsyncDisposableStack();
  // The second is opened only where the first could be: both would cost a site twice.
  const tracks = [
    opened.use(await open(picture, { ...options, intent })),
    opened.use(await open(sound, { ...options, intent })),
  ];
  opened.move();
  return new JoinedObject(
    tracks.map((object) => ({ kind: "track", object })),
    { ...join, container },
  );
}

/** One or two playlists as one stream. Nothing is asked for before it is read. */
export function playlistObject(formats: readonly SiteFormat[], join: JoinOptions, proxyUrl: string): MediaObject {
  const inputs = formats.map((format) => ({ kind: "playlist" as const, format, proxyUrl }));
  const kind = formats.some(({ hasVideo }) => hasVideo) ? "video" : "audio";
  return new JoinedObject(inputs, { ...join, container: "mp4" }, kind);
}

/**
 * Sound and picture as one stream, copied by ffmpeg and not encoded anew. How long it will be shows at its end, and no byte of it can be found
 * without those before it: it is read as a whole, once from the start for each viewer.
 */
class JoinedObject implements MediaObject {
  readonly sizeBytes = undefined;
  /** Nothing vouches for ffmpeg's writing the same bytes twice. */
  readonly validator = undefined;
  readonly mediaType: string;
  readonly modifiedAt = undefined;
  readonly #inputs: readonly JoinInput[];
  readonly #plan: JoinPlan;

  constructor(inputs: readonly JoinInput[], plan: JoinPlan, kind: "video" | "audio" = "video") {
    this.#inputs = inputs;
    this.#plan = plan;
    this.mediaType = `${kind}/${plan.container}`;
  }

  async read(range: ByteRange, sink: ByteSink, options: ReadOptions = {}): Promise<void> {
    assertRangeWithin(range, undefined);
    if (range.start !== 0) {
      throw new SourceError(
        "unsupported",
        `Cannot read ${this.#plan.name} from the middle: it is made while it is read`,
      );
    }
    throwIfAborted(options.signal, `Cannot read ${this.#plan.name}`);
    using _place = await this.#plan.pool.enter({ urgency: "normal", signal: options.signal });
    const left = new AbortController();
    const signal = AbortSignal.any([left.signal, ...(options.signal === undefined ? [] : [options.signal])]);
    const join = new Join(this.#plan, this.#inputs);
    const onAbort = (): void => join.stop();
    signal.addEventListener("abort", onAbort, { once: true });
    const feeding = join.feed({ ...options, signal });
    try {
      await join.drain(sink);
      await feeding;
      await join.assertDone();
    } catch (error) {
      throwIfAborted(options.signal, `Cannot read ${this.#plan.name}`);
      throw join.failure ?? error;
    } finally {
      signal.removeEventListener("abort", onAbort);
      left.abort();
      join.stop();
      await feeding.catch(() => undefined);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const input of this.#inputs) {
      if (input.kind === "track") await input.object[Symbol.asyncDispose]();
    }
  }
}

/** One run of ffmpeg: tracks in through pipes, or playlists, one stream out. */
class Join {
  /** Why it was given up, where that is known: a track could not be read. */
  failure: SourceError | undefined;
  readonly #plan: JoinPlan;
  readonly #inputs: readonly JoinInput[];
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | null>;
  #stderr = "";

  constructor(plan: JoinPlan, inputs: readonly JoinInput[]) {
    this.#plan = plan;
    this.#inputs = inputs;
    const file = findCommand(plan.ffmpegPath ?? "ffmpeg");
    if (file === undefined) {
      const message = `Cannot play ${plan.name}: what its site offers must be joined, and there is no ffmpeg`;
      throw new SourceError("unsupported", message);
    }
    const args = [...inputs.flatMap(inputArgs), ...mapArgs(inputs.length), "-c", "copy", ...formatArgs[plan.container]];
    const stdio = ["ignore", "pipe", "pipe", ...inputs.map(() => "pipe" as const)] as const;
    const options = { env: environmentFor(inputs), detached: true, stdio: [...stdio] };
    this.#child = spawn(file, ["-nostdin", "-loglevel", "error", ...args, "pipe:1"], options);
    this.#ended = once(this.#child, "exit").then(([code]) => code as number | null);
    this.#ended.catch(() => undefined);
    this.#child.stderr?.on("data", (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString()).slice(-keptStderr);
    });
  }

  /** Feeds all tracks at once: ffmpeg takes from each what the other needs beside it. */
  async feed(options: ReadOptions): Promise<void> {
    await Promise.all(
      this.#inputs.map(async (input, index) => {
        if (input.kind === "track") {
          await this.#feedOne(input.object, this.#child.stdio[3 + index] as Writable, options);
        }
      }),
    );
  }

  async #feedOne(track: MediaObject, pipe: Writable, options: ReadOptions): Promise<void> {
    // ffmpeg may end before it has read everything; what it made of it counts.
    let hasClosed = false;
    pipe.on("error", () => (hasClosed = true));
    const sink: ByteSink = {
      // A chunk is lent until it is in the pipe.
      write: (chunk) =>
        new Promise((resolve, reject) => {
          pipe.write(chunk, (error) => (error ? reject(error) : resolve()));
        }),
    };
    try {
      await track.read({ start: 0, end: track.sizeBytes ?? Number.POSITIVE_INFINITY }, sink, options);
      pipe.end();
    } catch (error) {
      if (!hasClosed) {
        this.failure ??= isSourceError(error) ? error : new SourceError("unavailable", String(error), { cause: error });
        this.stop();
      }
    }
  }

  async drain(sink: ByteSink): Promise<void> {
    for await (const chunk of this.#child.stdout as AsyncIterable<Uint8Array>) {
      await sink.write(chunk);
    }
  }

  /** @throws {SourceError} where ffmpeg did not come to a good end: a stream that merely stops looks whole */
  async assertDone(): Promise<void> {
    const code = await this.#ended;
    await finished(this.#child.stderr as Readable);
    if (this.failure !== undefined || code !== 0) {
      const words = this.#stderr.trim().split("\n", 1)[0] ?? "";
      throw (
        this.failure ??
        new SourceError("bad-upstream", `Cannot join the tracks of ${this.#plan.name}: ffmpeg: ${words}`)
      );
    }
  }

  stop(): void {
    const { pid, exitCode, signalCode } = this.#child;
    if (pid !== undefined && exitCode === null && signalCode === null) {
      kill(-pid);
    }
    this.#child.stdout?.destroy();
  }
}

function inputArgs(input: JoinInput, index: number): string[] {
  if (input.kind === "track") {
    return ["-i", `pipe:${3 + index}`];
  }
  const { address, headers } = input.format;
  // What lets somebody in has no place on a command line, which every user of the machine can read.
  const fields = Object.entries(headers).filter(([name]) => !/^(?:authorization|cookie)$/i.test(name));
  const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  // A playlist is what its site wrote: without the list of protocols it could name files of ours.
  const limits = ["-protocol_whitelist", "http,https,tcp,tls,httpproxy,crypto,data", "-rw_timeout", "15000000"];
  return [...limits, ...(lines === "" ? [] : ["-headers", lines]), "-f", "hls", "-i", address.href];
}

/** Picture from the first and sound from the second; of one alone what it has. */
function mapArgs(inputs: number): string[] {
  return inputs === 2 ? ["-map", "0:v:0", "-map", "1:a:0"] : ["-map", "0:v:0?", "-map", "0:a:0?"];
}

function environmentFor(inputs: readonly JoinInput[]): Record<string, string> {
  const playlist = inputs.find((input) => input.kind === "playlist");
  return playlist === undefined ? {} : { http_proxy: playlist.proxyUrl };
}
