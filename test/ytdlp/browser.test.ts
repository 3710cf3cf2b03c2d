import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { ByteSink } from "../../src/bytes/index.ts";
import { createMediaHandler, type DeliveryRecord } from "../../src/delivery/index.ts";
import type { MediaObject, Source } from "../../src/source/index.ts";
import { openBrowser } from "../real/browser.ts";
import { describeWithParts } from "../real/require-part.ts";
import { makeSampleVideo } from "../real/sample-media.ts";
import { createTemporaryFolder } from "../real/temporary-folder.ts";
import { bytesObject } from "../upstream/upstream-object.ts";
import { film, setUpSiteStage } from "./site-stage.ts";
import { type PlayReport, playWithSeeksInPage } from "../real/in-page/play-with-seeks-in-page.ts";

/** Long enough for ten addresses; the full trial is `SLUICE_TEST_PLAY_SECONDS=180`. */
const playSeconds = Number(process.env["SLUICE_TEST_PLAY_SECONDS"] ?? 20);
const seeks = Math.max(4, Math.round(playSeconds / 9));

interface Player extends AsyncDisposable {
  readonly address: string;
  readonly deliveries: readonly DeliveryRecord[];
}

/** An empty page, and next to it the media. */
async function servePlayer(source: Source): Promise<Player> {
  const deliveries: DeliveryRecord[] = [];
  const handler = createMediaHandler(source, { onDelivered: (record) => deliveries.push(record) });
  const server = createServer((request, response) => {
    if (request.url === "/")
      response.setHeader("Content-Type", "text/html").end("<!doctype html><link rel=icon href=data:,><body></body>");
    else void handler.handleNode(request, response, decodeURIComponent((request.url ?? "/").slice(1)));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    deliveries,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

/** All of a source but how it opens. */
function restOf(source: Source): Omit<Source, "open"> {
  return {
    location: source.location,
    revalidate: (...args) => source.revalidate(...args),
    list: (...args) => source.list(...args),
    locate: (...args) => source.locate(...args),
    check: (...args) => source.check(...args),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** Counts bytes that are not those of `bytes` at their place. */
function comparedWith(source: Source, bytes: Buffer): { source: Source; wrong: { count: number } } {
  const wrong = { count: 0 };
  const compared = (object: MediaObject): MediaObject => ({
    sizeBytes: object.sizeBytes,
    validator: object.validator,
    mediaType: object.mediaType,
    modifiedAt: object.modifiedAt,
    async read(range, sink, options) {
      let position = range.start;
      const checking: ByteSink = {
        async write(chunk) {
          wrong.count +=
            bytes.compare(chunk, 0, chunk.length, position, position + chunk.length) === 0 ? 0 : chunk.length;
          position += chunk.length;
          await sink.write(chunk);
        },
      };
      await object.read(range, checking, options);
    },
    [Symbol.asyncDispose]: () => object[Symbol.asyncDispose](),
  });
  const open: Source["open"] = async (key, options) => compared(await source.open(key, options));
  return { source: { ...restOf(source), open }, wrong };
}

describeWithParts(["yt-dlp", "chromium", "ffmpeg"], "Chromium, on media whose address expires", () => {
  it(
    `plays for ${playSeconds} s with ${seeks} seeks, and sees nothing of it`,
    { timeout: (playSeconds * 2 + 90) * 1000 },
    async () => {
      await using folder = await createTemporaryFolder("expiring");
      const bytes = readFileSync(
        join(folder.path, await makeSampleVideo(folder.path, { large: true, seconds: playSeconds })),
      );
      await using stage = await setUpSiteStage();
      stage.site.put("a", film(bytes.length, { object: bytesObject(bytes) }));
      stage.site.addressLifeMs = playSeconds > 60 ? 5_000 : 2_000;
      stage.site.cutsAtExpiry = true;
      const { source, wrong } = comparedWith(stage.source, bytes);
      await using player = await servePlayer(source);
      await using browser = await openBrowser("chromium");
      const page = await browser.open(`${player.address}/`);
      const url = `${player.address}/${encodeURIComponent(stage.keyOf("a"))}`;
      const report: PlayReport = await page.evaluate(playWithSeeksInPage, { url, playSeconds, seeks });
      expect(report.errors).toEqual([]);
      expect(report.seeksDone).toBe(seeks);
      expect(wrong.count).toBe(0);
      expect(player.deliveries.filter(({ status }) => status >= 400 && status !== 499)).toEqual([]);
      expect(stage.site.resolveCount("a")).toBeGreaterThan(2);
      expect(report.longestSeekMs).toBeLessThan(5_000);
      if (playSeconds > 60) {
        console.log(
          JSON.stringify({ ...report, resolves: stage.site.resolveCount("a"), deliveries: player.deliveries.length }),
        );
      }
    },
  );
});
