import { randomUUID } from "node:crypto";
import { access, constants, copyFile, mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { isSourceError, SourceError } from "../../source/index.ts";
import { commandFolders, findCommand } from "./find-command.ts";
import { processLines } from "./process-lines.ts";
import type { EnterOptions, ProcessPool } from "./process-pool.ts";
import { makeProgramHome, pluginsIn, removeFolder } from "./program-home.ts";
import { runMark, StrayProcesses } from "./stray-processes.ts";
import { explainFailure, YtdlpError } from "./ytdlp-failure.ts";

/** What the operator says about yt-dlp. */
export interface YtdlpProgramOptions {
  /** A path, or the name of a command. @default "yt-dlp" */
  readonly path?: string | undefined;
  /** In Netscape's format; yt-dlp is given a copy, as it writes to it. */
  readonly cookiesFile?: string | undefined;
  /** Passed on as they are: `["youtube:player_client=web"]`. */
  readonly extractorArguments?: readonly string[] | undefined;
  /** Holds `yt_dlp_plugins/`. Without it no plugin is loaded. */
  readonly pluginFolder?: string | undefined;
  /** How long it waits between two requests of one run, in seconds: sites notice who does not. @default 0 */
  readonly requestPauseSeconds?: number | undefined;
  /** For one run. @default 30000 */
  readonly timeoutMs?: number | undefined;
  /** For one run and what it starts, each. @default 1 GiB */
  readonly memoryBytes?: number | undefined;
}

/** What is known of the operator's yt-dlp. */
export interface YtdlpVersion {
  /** `2023.03.04`. */
  readonly version: string;
  readonly releasedAt: Date;
  /** What sites' scripts are run with: `node`; absent where this version knows of none. YouTube needs one. */
  readonly scriptRuntime?: "node" | undefined;
}

/** One run. */
export interface YtdlpRun extends EnterOptions {
  /** For messages: `resolve https://…`. */
  readonly doing: string;
  readonly args: readonly string[];
  /** What it is about; whatever it looks like, it is not taken for an option. */
  readonly input: string;
}

const defaultTimeoutMs = 30_000;
const defaultMemoryBytes = 1024 ** 3;
/** Of the largest page of a list with all that is known of its items. */
const maxOutputBytes = 32 * 1024 ** 2;
/** The first release with `--js-runtimes`; before it scripts were run by yt-dlp itself. */
const firstWithRuntimes = "2025.11.12";
/** A binary may be replaced under us. */
const versionGoodForMs = 10 * 60_000;

/** The operator's yt-dlp: started with nothing of our environment, bounded in time, memory and number, and never through a shell. */
export class YtdlpProgram implements AsyncDisposable {
  readonly pool: ProcessPool;
  readonly #options: YtdlpProgramOptions;
  readonly #proxyUrl: () => Promise<string>;
  readonly #strays = new StrayProcesses();
  /** Runs of which something may be left. */
  readonly #alive = new Set<Promise<void>>();
  readonly #closing = new AbortController();
  #home: Promise<string> | undefined;
  #probe: { readonly result: Promise<YtdlpVersion>; readonly at: number } | undefined;

  /** @param proxyUrl of the proxy through which alone it reaches sites */
  constructor(options: YtdlpProgramOptions, pool: ProcessPool, proxyUrl: () => Promise<string>) {
    this.#options = options;
    this.pool = pool;
    this.#proxyUrl = proxyUrl;
  }

  /** @throws {SourceError} `unavailable` where it cannot be run, or is not yt-dlp */
  version(): Promise<YtdlpVersion> {
    const known = this.#probe;
    if (known !== undefined && performance.now() - known.at < versionGoodForMs) {
      return known.result;
    }
    const result = this.#askVersion();
    this.#probe = { result, at: performance.now() };
    result.catch(() => (this.#probe = undefined));
    // Nobody waits for what has most likely not changed.
    return known?.result ?? result;
  }

  /**
   * Asks for its version, and looks at what the operator says it should use.
   * @throws {SourceError} `unavailable` with what to mend
   */
  async check(): Promise<void> {
    const { cookiesFile, pluginFolder } = this.#options;
    await this.version();
    if (cookiesFile !== undefined) {
      await access(cookiesFile, constants.R_OK).catch((error: unknown) => {
        throw new SourceError("unavailable", `Cannot read ${cookiesFile}, which cookies= names`, { cause: error });
      });
    }
    if (pluginFolder !== undefined && (await pluginsIn(pluginFolder)) === 0) {
      const message = `There is no plugin in ${pluginFolder}, which plugins= names: it must hold yt_dlp_plugins/extractor/*.py`;
      throw new SourceError("unavailable", message);
    }
  }

  /** Runs it once there is a place, and yields what it prints, line by line. @throws {SourceError} */
  async *lines(run: YtdlpRun): AsyncGenerator<string, void, undefined> {
    const signal = AbortSignal.any([this.#closing.signal, ...(run.signal === undefined ? [] : [run.signal])]);
    const version = await this.version();
    using _place = await this.pool.enter({ ...run, signal });
    await using folder = await this.#runFolder();
    yield* this.#start(run.doing, [...(await this.#fixedArgs(version, folder.path)), ...run.args, "--", run.input], {
      cwd: folder.path,
      signal,
    });
  }

  /** Stops what runs, and leaves nothing of it behind. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#alive);
    if (this.#home !== undefined) {
      await removeFolder(await this.#home);
    }
  }

  async #fixedArgs(version: YtdlpVersion, folder: string): Promise<string[]> {
    const { cookiesFile, extractorArguments = [], requestPauseSeconds = 0 } = this.#options;
    const args = ["--ignore-config", "--no-warnings", "--no-progress", "--socket-timeout", "10", "--retries", "2"];
    if (version.scriptRuntime === "node") {
      args.push("--js-runtimes", `node:${process.execPath}`);
    }
    if (requestPauseSeconds > 0) {
      args.push("--sleep-requests", String(requestPauseSeconds));
    }
    if (cookiesFile !== undefined) {
      const copy = join(folder, "cookies.txt");
      await copyFile(cookiesFile, copy).catch((error: unknown) => {
        throw new SourceError("unavailable", `Cannot read the cookies for yt-dlp, ${cookiesFile}`, { cause: error });
      });
      args.push("--cookies", copy);
    }
    return [...args, ...extractorArguments.flatMap((argument) => ["--extractor-args", argument])];
  }

  async #askVersion(): Promise<YtdlpVersion> {
    let text = "";
    try {
      for await (const line of this.#start("ask for its version", ["--ignore-config", "--version"], {
        cwd: await this.#homeFolder(),
        signal: this.#closing.signal,
      })) {
        text = line.trim();
        break;
      }
    } catch (error) {
      throw isSourceError(error, "bad-upstream") ? this.#notYtdlp(error.message) : error;
    }
    const [version, year, month, day] = /^(\d{4})\.(\d{1,2})\.(\d{1,2})(?:\.\d+)?$/.exec(text) ?? [];
    if (version === undefined) {
      throw this.#notYtdlp(`asked for its version it said ${JSON.stringify(text.slice(0, 80))}`);
    }
    const releasedAt = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
    return { version, releasedAt, scriptRuntime: version >= firstWithRuntimes ? "node" : undefined };
  }

  #notYtdlp(why: string): SourceError {
    const path = this.#options.path ?? "yt-dlp";
    return new YtdlpError(
      "unavailable",
      "yt-dlp cannot be run",
      `${path} is not yt-dlp: ${why}; set its path, or install it`,
    );
  }

  async *#start(
    doing: string,
    args: readonly string[],
    { cwd, signal }: { readonly cwd: string; readonly signal: AbortSignal | undefined },
  ): AsyncGenerator<string, void, undefined> {
    const { timeoutMs = defaultTimeoutMs } = this.#options;
    const mark = `${process.pid}-${randomUUID()}`;
    const [file = "", ...rest] = [...this.#limits(timeoutMs), this.#file(), ...args];
    const { promise: gone, resolve: onGone } = Promise.withResolvers<void>();
    this.#alive.add(gone);
    void gone.finally(() => this.#alive.delete(gone));
    let isReaping = false;
    const onExit = (): void => {
      isReaping = true;
      void this.#strays.reap(mark).finally(onGone);
    };
    try {
      const env = { ...(await this.#environment()), [runMark]: mark };
      const plan = { name: `yt-dlp (${doing})`, file, args: rest, env, cwd, timeoutMs, maxOutputBytes, signal, onExit };
      yield* processLines(plan, (failure) => explainFailure(doing, failure));
    } finally {
      if (!isReaping) {
        onGone();
      }
    }
  }

  /**
   * What the kernel sees to, where these programs can tell it: that nothing outlives a crash of ours, and limits. Of address space would be the
   * wrong one: script engines reserve much of it.
   */
  #limits(timeoutMs: number): string[] {
    const { memoryBytes = defaultMemoryBytes } = this.#options;
    const [setpriv, prlimit] = [findCommand("setpriv"), findCommand("prlimit")];
    const seconds = Math.ceil(timeoutMs / 1000);
    return [
      ...(setpriv === undefined ? [] : [setpriv, "--pdeathsig", "KILL", "--"]),
      ...(prlimit === undefined ? [] : [prlimit, `--data=${memoryBytes}`, `--cpu=${seconds}`, "--core=0", "--"]),
    ];
  }

  #file(): string {
    const { path = "yt-dlp" } = this.#options;
    const file = findCommand(path);
    if (file === undefined) {
      const message = `Cannot run yt-dlp: there is no program ${path}; install yt-dlp, or set its path`;
      throw new YtdlpError("unavailable", "yt-dlp cannot be run", message);
    }
    return file;
  }

  async #environment(): Promise<Record<string, string>> {
    const home = await this.#homeFolder();
    const proxy = await this.#proxyUrl();
    return {
      PATH: commandFolders.join(":"),
      LANG: "C.UTF-8",
      HOME: home,
      TMPDIR: home,
      XDG_CONFIG_HOME: join(home, "config"),
      XDG_CACHE_HOME: join(home, "cache"),
      PYTHONUTF8: "1",
      PYTHONDONTWRITEBYTECODE: "1",
      // Not as an argument: other users of the machine can read those.
      http_proxy: proxy,
      https_proxy: proxy,
      ...(this.#options.pluginFolder === undefined && { YTDLP_NO_PLUGINS: "1" }),
    };
  }

  #homeFolder(): Promise<string> {
    this.#home ??= makeProgramHome(this.#options.pluginFolder);
    return this.#home;
  }

  async #runFolder(): Promise<AsyncDisposable & { readonly path: string }> {
    const path = await mkdtemp(join(await this.#homeFolder(), "run-"));
    return { path, [Symbol.asyncDispose]: () => removeFolder(path) };
  }
}
