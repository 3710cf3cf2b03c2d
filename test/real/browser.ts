/** The browser engines that the tests drive. */
export type Engine = "chromium" | "firefox" | "webkit";

export const engines: readonly Engine[] = ["chromium", "firefox", "webkit"];

/** A browser of the tests' own, with a fresh profile, closed when disposed of. */
export interface Browser extends AsyncDisposable {
  /** Opens `url` and resolves when it has loaded. One page at a time: the page before is gone. */
  open(url: string): Promise<Page>;
}

/** The page that is open. */
export interface Page {
  /**
   * Runs `script` in the page and resolves with what it returns, once that has settled; arguments and result travel as JSON. A
   * function is sent as its text, so it sees nothing outside of itself; a string is a function's body that has `args`.
   */
  evaluate<Args extends readonly unknown[], Result>(script: PageScript<Args, Result>, ...args: Args): Promise<Result>;
  /** Writes a PNG of the visible part. */
  screenshot(path: string): Promise<void>;
}

/** What {@link Page.evaluate} runs. */
export type PageScript<Args extends readonly unknown[], Result> =
  | string
  | ((...args: Args) => Result | Promise<Result>);

/** Starts a headless browser. Takes 1 to 3 seconds. */
export async function openBrowser(engine: Engine): Promise<Browser> {
  // Each driver is only loaded where it is used: together they take a second to load.
  switch (engine) {
    case "chromium":
      return (await import("./chromium-browser.ts")).openChromium();
    case "firefox":
      return (await import("./firefox-browser.ts")).openFirefox();
    case "webkit":
      return (await import("./webkit-browser.ts")).openWebkit();
  }
}

/** What a script came to: promises that reject read differently in each driver, so errors travel as values. */
export type ScriptOutcome = { readonly value: unknown } | { readonly error: string };

/** A script and its arguments as one JavaScript expression: a promise of a {@link ScriptOutcome}. */
export function toExpression(script: PageScript<never, unknown>, args: readonly unknown[]): string {
  const asFunction = typeof script === "string" ? `async (...args) => {${script}\n}` : script.toString();
  return `(async () => {
    try {
      return { value: await (${asFunction})(...${JSON.stringify(args)}) };
    } catch (error) {
      return { error: error?.message ?? String(error) };
    }
  })()`;
}

/** The value that a script returned. @throws {Error} with the message of what it threw */
export function unwrapOutcome<Result>(outcome: ScriptOutcome): Result {
  if ("error" in outcome) {
    throw new Error(outcome.error);
  }
  return outcome.value as Result;
}
