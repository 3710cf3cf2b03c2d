import { createHash, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { chromium, type Page } from "playwright-core";
import { expect, it } from "vitest";
import { findCommand } from "../../scripts/setup/missing-commands.ts";
import { describeWithParts } from "../real/require-part.ts";
import { createTemporaryFolder } from "../real/temporary-folder.ts";
import { startSluice, waitFor } from "../server/sluice-process.ts";
import { playsBeyond } from "./player-stage.ts";

const demo = join(import.meta.dirname, "../../demo");

/** Serves the demo as to a home network, and opens a browser for which this machine's name is one of another machine. */
async function withServer(args: readonly string[], use: (page: Page, origin: string) => Promise<void>): Promise<void> {
  await using folder = await createTemporaryFolder("home-network");
  const env = { SLUICE_DATABASE: join(folder.path, "library.db") };
  await using sluice = startSluice(["--port", "0", "--state", folder.path, ...args, `demo=${demo}`], { env });
  const [, scheme = "", port = ""] = await waitFor(
    () => /listening on (https?):\/\/127\.0\.0\.1:(\d+)$/m.exec(sluice.output.stdout) ?? undefined,
    () => `Sluice has not said where it listens:\n${sluice.output.stderr}`,
  );
  const trusted = scheme === "https" ? [await trustOf(join(folder.path, "tls-own.pem"))] : [];
  const browser = await chromium.launch({
    executablePath: findCommand("chromium") ?? "chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--autoplay-policy=no-user-gesture-required",
      `--host-resolver-rules=MAP ${hostname()} 127.0.0.1`,
      ...trusted,
    ],
  });
  try {
    const context = await browser.newContext();
    context.setDefaultTimeout(15_000);
    await use(await context.newPage(), `${scheme}://${hostname()}:${port}`);
  } finally {
    await browser.close();
  }
}

/** As if the user had told the browser to trust this certificate. */
async function trustOf(path: string): Promise<string> {
  const { publicKey } = new X509Certificate(await readFile(path));
  const digest = createHash("sha256")
    .update(publicKey.export({ type: "spki", format: "der" }))
    .digest("base64");
  return `--ignore-certificate-errors-spki-list=${digest}`;
}

async function play(page: Page, origin: string): Promise<void> {
  const button = page.getByRole("button", { name: "Play Low Water" });
  await expect
    .poll(
      async () => {
        // The first scan runs beside the first requests.
        await page.goto(`${origin}/search?q=Low%20Water`);
        return await button.waitFor({ timeout: 3_000 }).then(
          () => true,
          () => false,
        );
      },
      { timeout: 20_000 },
    )
    .toBe(true);
  await button.click();
  await playsBeyond(page, 0.3, 10_000);
}

describeWithParts(["chromium", "openssl"], "the player in a home network", () => {
  it("plays at a plain address, and says what is missing there and why", { timeout: 120_000 }, async () => {
    await withServer([], async (page, origin) => {
      await play(page, origin);
      expect(await page.evaluate("isSecureContext")).toBe(false);
      await page.getByRole("link", { name: "Low Water" }).first().click();
      await page.getByRole("button", { name: "Save offline" }).click();
      await page
        .getByText(/need https, or localhost.*--tls self/)
        .first()
        .waitFor();
      await page.goto(`${origin}/settings`);
      await page
        .getByText(/need https, or localhost.*--tls self/)
        .first()
        .waitFor();
    });
  });

  it(
    "saves for offline at the address that --tls self makes, once the certificate is trusted",
    { timeout: 60_000 },
    async () => {
      await withServer(["--tls", "self"], async (page, origin) => {
        await play(page, origin);
        await page.evaluate("navigator.serviceWorker.ready.then(() => true)");
        await page.getByRole("link", { name: "Low Water" }).first().click();
        await page.getByRole("button", { name: "Save offline" }).click();
        await page.getByRole("button", { name: /^Saved/ }).waitFor();
        await page.goto(`${origin}/settings`);
        await page.getByRole("heading", { name: "Settings" }).waitFor();
        expect(await page.getByText("need https").count()).toBe(0);
      });
    },
  );
});
