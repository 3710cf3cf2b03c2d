import { globSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { Builder, Capabilities, type WebDriver } from "selenium-webdriver";
import { type Browser, type Page, type ScriptOutcome, toExpression, unwrapOutcome } from "./browser.ts";
import { startDaemon } from "./daemon.ts";
import { findFreePort } from "./free-port.ts";
import { createTemporaryFolder } from "./temporary-folder.ts";
import { startVirtualDisplay } from "./virtual-display.ts";

const scriptTimeoutMs = 120_000;

/** Debian's WebKitGTK: Safari's engine over GStreamer, through WebDriver on a display of its own. */
export async function openWebkit(): Promise<Browser> {
  await using resources = new AsyncDisposableStack();
  const home = resources.use(await createTemporaryFolder("webkit"));
  const display = resources.use(await startVirtualDisplay());
  const port = await findFreePort();
  const env = { ...process.env, DISPLAY: display.name, HOME: home.path, XDG_RUNTIME_DIR: home.path };
  const service = resources.use(startDaemon("WebKitWebDriver", [`--port=${port}`, "--host=127.0.0.1"], { env }));
  const address = `http://127.0.0.1:${port}`;
  await service.waitUntil(() => isReady(address), 15_000);
  const driver = await startSession(address);
  resources.defer(() => driver.quit());
  const owned = resources.move();
  return {
    open: async (url) => {
      await driver.get(url);
      return pageOf(driver);
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function startSession(address: string): Promise<WebDriver> {
  const [binary] = globSync("/usr/lib/*/webkit2gtk-4.1/MiniBrowser");
  const capabilities = new Capabilities({
    browserName: "MiniBrowser",
    "webkitgtk:browserOptions": { binary, args: ["--automation"] },
  });
  const driver = await new Builder().usingServer(address).withCapabilities(capabilities).build();
  await driver.manage().setTimeouts({ script: scriptTimeoutMs });
  return driver;
}

function pageOf(driver: WebDriver): Page {
  return {
    evaluate: async (script, ...args) => {
      const expression = toExpression(script, args);
      return unwrapOutcome(await driver.executeAsyncScript<ScriptOutcome>(`${expression}.then(arguments[0]);`));
    },
    screenshot: async (path) => {
      await writeFile(path, await driver.takeScreenshot(), "base64");
    },
  };
}

async function isReady(address: string): Promise<boolean> {
  try {
    const response = await fetch(`${address}/status`);
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
