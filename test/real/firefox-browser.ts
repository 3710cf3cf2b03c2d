import { launch } from "puppeteer-core";
import { findCommand } from "../../scripts/setup/missing-commands.ts";
import { type Browser, type ScriptOutcome, toExpression, unwrapOutcome } from "./browser.ts";

/** Debian's Firefox, through WebDriver BiDi. */
export async function openFirefox(): Promise<Browser> {
  const browser = await launch({
    browser: "firefox",
    executablePath: findCommand("firefox-esr") ?? "firefox-esr",
    extraPrefsFirefox: { "media.autoplay.default": 0 },
  });
  const page = await browser.newPage();
  return {
    open: async (url) => {
      await page.goto(url);
      return {
        evaluate: async (script, ...args) => {
          return unwrapOutcome((await page.evaluate(toExpression(script, args))) as ScriptOutcome);
        },
        screenshot: async (path) => {
          await page.screenshot({ path: path as `${string}.png` });
        },
      };
    },
    [Symbol.asyncDispose]: () => browser.close(),
  };
}
