// Makes the README's pictures of the player: `node scripts/make-screenshots.ts [CHROMIUM]`, over the demo library, desktop and phone, light and dark.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { type Browser, chromium, type Page } from "playwright-core";

const root = join(import.meta.dirname, "..");
const images = join(root, "docs/images");
const browserArguments = [
  "--no-sandbox",
  "--disable-gpu",
  "--mute-audio",
  "--autoplay-policy=no-user-gesture-required",
];

interface Picture {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly colorScheme: "light" | "dark";
  /** Brings the page into the state that is shown. */
  readonly arrange: (page: Page, origin: string) => Promise<void>;
}

async function playSomething(page: Page, origin: string): Promise<void> {
  await page.goto(`${origin}/search?q=tide`);
  await page
    .getByRole("button", { name: /^Play Harbour Lights/ })
    .first()
    .click();
}

const pictures: readonly Picture[] = [
  {
    name: "desktop-light",
    width: 1280,
    height: 800,
    colorScheme: "light",
    arrange: async (page, origin) => {
      await playSomething(page, origin);
      await page.getByRole("link", { name: "Home" }).first().click();
    },
  },
  { name: "desktop-dark", width: 1280, height: 800, colorScheme: "dark", arrange: playSomething },
  {
    name: "phone-light",
    width: 390,
    height: 844,
    colorScheme: "light",
    arrange: async (page, origin) => void (await page.goto(origin)),
  },
  {
    name: "phone-dark",
    width: 390,
    height: 844,
    colorScheme: "dark",
    arrange: async (page, origin) => {
      await playSomething(page, origin);
      await page.getByRole("button", { name: /^Full player: / }).click();
    },
  },
];

const state = await mkdtemp(join(tmpdir(), "sluice-screenshots-"));
const server = spawn(process.execPath, ["src/server/main.ts", "--port", "0", "--state", state, "--cache-size", "0"], {
  cwd: root,
  stdio: ["ignore", "pipe", "ignore"],
});
try {
  const origin = await originOf(server);
  await untilScanned(origin);
  const browser = await chromium.launch({
    executablePath: process.argv[2] ?? "/usr/bin/chromium",
    args: browserArguments,
  });
  for (const picture of pictures) {
    await take(browser, origin, picture);
  }
  await browser.close();
} finally {
  server.kill("SIGTERM");
  await once(server, "exit");
  await rm(state, { recursive: true, force: true });
}

async function originOf({ stdout }: ChildProcess): Promise<string> {
  if (stdout === null) {
    throw new Error("The server's output cannot be read");
  }
  for await (const line of createInterface(stdout)) {
    const address = /listening on (\S+)/.exec(line)?.[1];
    if (address !== undefined) {
      return address;
    }
  }
  throw new Error("The server has ended");
}

async function untilScanned(origin: string): Promise<void> {
  for (;;) {
    const { sources } = (await (await fetch(`${origin}/api/v3/sources`)).json()) as {
      readonly sources: readonly { readonly lastScan?: object }[];
    };
    if (sources.every(({ lastScan }) => lastScan !== undefined)) {
      return;
    }
    await sleep(200);
  }
}

async function take(browser: Browser, origin: string, picture: Picture): Promise<void> {
  const { name, width, height, colorScheme, arrange } = picture;
  const context = await browser.newContext({ viewport: { width, height }, colorScheme, deviceScaleFactor: 1.5 });
  const page = await context.newPage();
  await arrange(page, origin);
  // Pictures come in, and what moves comes to rest.
  await page.waitForTimeout(2_500);
  await page.screenshot({ path: join(images, `${name}.jpg`), type: "jpeg", quality: 82 });
  await context.close();
  console.log(`docs/images/${name}.jpg`);
}
