import { chromium } from "playwright-core";
import { findCommand } from "../../scripts/setup/missing-commands.ts";
import { type Browser, type ScriptOutcome, toExpression, unwrapOutcome } from "./browser.ts";

const flags = [
  "--no-sandbox", // It refuses to run as root otherwise, as in most containers.
  "--disable-gpu",
  "--disable-background-networking",
  "--autoplay-policy=no-user-gesture-required",
];

/** Debian's Chromium, through the DevTools protocol. */
export async function openChromium(): Promise<Browser> {
  const browser = await chromium.launch({ executablePath: findCommand("chromium") ?? "chromium", args: flags });
  const page = await browser.newPage();
  return {
    open: async (url) => {
      await page.goto(url);
      return {
        evaluate: async (script, ...args) => {
          return unwrapOutcome(await page.evaluate<ScriptOutcome>(toExpression(script, args)));
        },
        screenshot: async (path) => {
          await page.screenshot({ path });
        },
      };
    },
    [Symbol.asyncDispose]: () => browser.close(),
  };
}
