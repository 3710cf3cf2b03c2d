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
import { kill } from "./stray-processes.ts";

/** Two tracks of an item, open. */
interface Tracks {
  readonly picture: MediaObject;
  readonly sound: MediaObject;
}

/** By what the two are joined. */
export interface JoinOptions {
  /** For messages. */
  readonly name: string;
  /** @default "ffmpeg" */
  readonly ffmpegPath: string | undefined;
}

interface JoinPlan extends JoinOptions {
  readonly container: TrackPair["container"];
}

const keptStderr = 4096;
const formatArgs: Readonly<Record<JoinPlan["container"], readonly string[]>> = {
  // Nothing needs to be known of the end before the beginning is written.
  mp4: ["-movflags", "frag_keyframe+empty_moov+default_base_moof", "-f", "mp4"],
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
  const tracks = {
    picture: opened.use(await open(picture, { ...options, intent })),
    sound: opened.use(await open(sound, { ...options, intent })),
  };
  opened.move();
  return new JoinedObject(tracks, { ...join, container });
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
  readonly #tracks: Tracks;
  readonly #plan: JoinPlan;

  constructor(tracks: Tracks, plan: JoinPlan) {
    this.#tracks = tracks;
    this.#plan = plan;
    this.mediaType = `video/${plan.container}`;
  }

  async read(range: ByteRange, sink: ByteSink, options: ReadOptions = {}): Promise<void> {
    assertRangeWithin(range, undefined);
    if (range.start !== 0) {
      throw new SourceError(
        "unsupported",
        `Cannot read ${this.#plan.name} from the middle: it is joined from two tracks`,
      );
    }
    throwIfAborted(options.signal, `Cannot read ${this.#plan.name}`);
    const left = new AbortController();
    const signal = AbortSignal.any([left.signal, ...(options.signal === undefined ? [] : [options.signal])]);
    const join = new Join(this.#plan);
    const onAbort = (): void => join.stop();
    signal.addEventListener("abort", onAbort, { once: true });
    const feeding = join.feed(this.#tracks, { ...options, signal });
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
    await this.#tracks.picture[Symbol.asyncDispose]();
    await this.#tracks.sound[Symbol.asyncDispose]();
  }
}

/** One run of ffmpeg: two tracks in through pipes, one stream out. */
class Join {
  /** Why it was given up, where that is known: a track could not be read. */
  failure: SourceError | undefined;
  readonly #plan: JoinPlan;
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | null>;
  #stderr = "";

  constructor(plan: JoinPlan) {
    this.#plan = plan;
    const file = findCommand(plan.ffmpegPath ?? "ffmpeg");
    if (file === undefined) {
      const message = `Cannot play ${plan.name}: its site keeps sound and picture apart, and there is no ffmpeg to join them`;
      throw new SourceError("unsupported", message);
    }
    const inputs = ["-i", "pipe:3", "-i", "pipe:4", "-map", "0:v:0", "-map", "1:a:0", "-c", "copy"];
    const args = ["-nostdin", "-loglevel", "error", ...inputs, ...formatArgs[plan.container], "pipe:1"];
    const stdio = ["ignore", "pipe", "pipe", "pipe", "pipe"] as const;
    this.#child = spawn(file, args, { env: {}, detached: true, stdio: [...stdio] });
    this.#ended = once(this.#child, "exit").then(([code]) => code as number | null);
    this.#ended.catch(() => undefined);
    this.#child.stderr?.on("data", (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString()).slice(-keptStderr);
    });
  }

  /** Feeds both tracks at once: ffmpeg takes from each what the other needs beside it. */
  async feed({ picture, sound }: Tracks, options: ReadOptions): Promise<void> {
    const inputs = [picture, sound].map((track, index) =>
      this.#feedOne(track, this.#child.stdio[3 + index] as Writable, options),
    );
    await Promise.all(inputs);
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
      const words = this.#stderr.trim().split("\n").at(-1) ?? "";
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
