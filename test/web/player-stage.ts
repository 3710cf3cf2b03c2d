import { execFile } from "node:child_process";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { chromium, type BrowserContext, type Page } from "playwright-core";
import { findCommand } from "../../scripts/setup/missing-commands.ts";
import { portOf, type SluiceProcess, startSluice } from "../server/sluice-process.ts";
import { createTemporaryFolder } from "../real/temporary-folder.ts";

const root = join(import.meta.dirname, "../..");

/** What the server of a {@link PlayerStage} is started over. */
export interface PlayerStageOptions {
  /** `name=location`, as on the command line. @default the demo library */
  readonly sources?: readonly string[];
  /** Credentials of a bucket, and the like. */
  readonly env?: Readonly<Record<string, string>>;
  /** Fills the library before the server opens it. */
  readonly fillLibrary?: (databasePath: string) => Promise<void>;
}

/** The player, built, served by a process of its own, that can be killed and started again at the same address. */
export interface PlayerStage extends AsyncDisposable {
  readonly address: string;
  kill(): Promise<void>;
  start(): Promise<void>;
  /** The id of the first item that a search finds. */
  idOf(title: string): Promise<string>;
  albumAddress(title: string): Promise<string>;
}

/** Opens the stage. Builds the player where that has not been done. */
export async function openPlayerStage(options: PlayerStageOptions = {}): Promise<PlayerStage> {
  const { sources = [`demo=${join(root, "demo")}`], fillLibrary } = options;
  await promisify(execFile)(process.execPath, [join(root, "scripts/build-web.ts"), "--if-stale"], { cwd: root });
  await using resources = new AsyncDisposableStack();
  const { path } = resources.use(await createTemporaryFolder("player"));
  const databasePath = join(path, "library.db");
  await fillLibrary?.(databasePath);
  let sluice: SluiceProcess | undefined;
  let port = 0;
  const kill = async (): Promise<void> => {
    const killed = sluice;
    sluice = undefined;
    await killed?.[Symbol.asyncDispose]();
  };
  const start = async (): Promise<void> => {
    const env = { SLUICE_DATABASE: databasePath, XDG_STATE_HOME: path, ...options.env };
    sluice = startSluice(["--port", String(port), ...sources], { env });
    port = await portOf(sluice);
    await untilScanned(`http://127.0.0.1:${port}`);
  };
  resources.defer(kill);
  await start();
  const address = `http://127.0.0.1:${port}`;
  const owned = resources.move();
  return {
    address,
    kill,
    start,
    async idOf(title) {
      const response = await fetch(`${address}/api/v3/search?q=${encodeURIComponent(title)}`);
      const { items } = (await response.json()) as { items: { id: string; title: string }[] };
      const found = items.find((item) => item.title === title);
      if (found === undefined) {
        throw new Error(`The library has no "${title}"`);
      }
      return found.id;
    },
    async albumAddress(title) {
      const response = await fetch(`${address}/api/v3/albums`);
      const { albums } = (await response.json()) as { albums: { id: string; title: string }[] };
      return `${address}/album/${albums.find((album) => album.title === title)?.id}`;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** The first scan runs beside the first requests. */
async function untilScanned(address: string): Promise<void> {
  const deadline = performance.now() + 20_000;
  for (;;) {
    const response = await fetch(`${address}/api/v3/sources`);
    const { sources } = (await response.json()) as {
      sources: { state: string; itemCount: number; searchable: boolean }[];
    };
    // What is searched where it lies is never scanned.
    if (sources.every(({ state, itemCount, searchable }) => searchable || (state === "idle" && itemCount > 0))) {
      return;
    }
    if (performance.now() > deadline) {
      throw new Error(`The library is not scanned: ${JSON.stringify(sources)}`);
    }
    await delay(100);
  }
}

/** A Chromium with a fresh profile that the player's pages are opened in. */
export interface PlayerBrowser extends AsyncDisposable {
  readonly context: BrowserContext;
  /** Opens a page; what it logs as an error, or throws, is kept in `complaints`. */
  open(url: string): Promise<Page>;
  readonly complaints: string[];
}

/** How a browser is to be. */
export interface PlayerBrowserOptions {
  readonly colorScheme?: "light" | "dark";
  readonly viewport?: { width: number; height: number };
  /** A folder that outlives the browser: what is opened over it again knows what it knew. @default a fresh one */
  readonly profile?: string;
}

/** Starts Debian's Chromium. */
export async function openPlayerBrowser(options: PlayerBrowserOptions = {}): Promise<PlayerBrowser> {
  const { context, close } = await openContext(options);
  const complaints: string[] = [];
  return {
    context,
    complaints,
    async open(url) {
      const page = await context.newPage();
      page.on("pageerror", (error) => complaints.push(error.message));
      page.on("console", (message) => {
        if (message.type() === "error") complaints.push(`${message.text()} ${message.location().url}`);
      });
      await page.goto(url);
      return page;
    },
    [Symbol.asyncDispose]: close,
  };
}

async function openContext({ profile, ...options }: PlayerBrowserOptions) {
  const launch = {
    executablePath: findCommand("chromium") ?? "chromium",
    args: ["--no-sandbox", "--disable-gpu", "--autoplay-policy=no-user-gesture-required"],
  };
  const page = { viewport: { width: 1280, height: 800 }, ...options };
  const browser = profile === undefined ? await chromium.launch(launch) : undefined;
  const context =
    (await browser?.newContext(page)) ??
    (await chromium.launchPersistentContext(profile ?? "", { ...launch, ...page }));
  context.setDefaultTimeout(10_000);
  return { context, close: () => browser?.close() ?? context.close() };
}

/** What the element that is heard or seen does just now. */
export interface Playing {
  readonly seconds: number;
  readonly paused: boolean;
  readonly url: string;
}

/** Asks the page. The script is text: this file knows nothing of a page's globals. */
export async function playingOf(page: Page): Promise<Playing> {
  return await page.evaluate<Playing>(`(() => {
    const element = document.querySelector("video[data-active=true]");
    return { seconds: element?.currentTime ?? -1, paused: element?.paused ?? true, url: element?.currentSrc ?? "" };
  })()`);
}

/** Waits until the page plays, further on than `beyondSeconds`. */
export async function playsBeyond(page: Page, beyondSeconds: number, timeoutMs = 8_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const { seconds, paused, url } = await playingOf(page);
    if (seconds > beyondSeconds && !paused) {
      return;
    }
    if (performance.now() > deadline) {
      const told = await page.locator(".bar-detail").textContent();
      const where = `${url} is at ${seconds} s${paused ? ", paused" : ""}; the bar says "${told}"`;
      throw new Error(`Nothing plays beyond ${beyondSeconds} s: ${where}`);
    }
    await delay(100);
  }
}
