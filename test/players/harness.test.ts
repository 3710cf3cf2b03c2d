import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWithParts } from "../real/require-part.ts";
import { makeSampleVideo, sampleDurationSeconds } from "../real/sample-media.ts";
import { startStaticServer } from "../real/static-server.ts";
import { createTemporaryFolder } from "../real/temporary-folder.ts";
import { players, playWith } from "./play-with.ts";

// The harness itself, against a server that is not ours: where this fails, the player or the harness is at fault.
describeWithParts(["ffmpeg"], "the harness of players", () => {
  const resources = new AsyncDisposableStack();
  let address: string;

  beforeAll(async () => {
    const folder = resources.use(await createTemporaryFolder("players")).path;
    await makeSampleVideo(folder, { large: true });
    await makeSampleVideo(folder, { large: true, moov: "last" });
    writeFileSync(join(folder, "broken.mp4"), "not video\n");
    address = resources.use(await startStaticServer(folder)).address;
  });

  afterAll(() => resources.disposeAsync());

  for (const player of players) {
    describeWithParts([player], player, () => {
      it.each(["first", "last"])("plays and seeks an MP4 whose index comes %s", async (moov) => {
        const url = `${address}/sample-moov-${moov}.mp4`;
        const report = await playWith(player, { url, durationSeconds: sampleDurationSeconds });
        expect(report).toMatchObject({ ok: true });
      });

      it.each(["broken", "missing"])("says why a %s file does not play", async (name) => {
        const url = `${address}/${name}.mp4`;
        const report = await playWith(player, { url, durationSeconds: sampleDurationSeconds });
        expect(report).toMatchObject({ ok: false, problem: expect.stringMatching(/./) as unknown });
      });

      it("notices a wrong duration", async () => {
        const report = await playWith(player, { url: `${address}/sample-moov-first.mp4`, durationSeconds: 23 });
        expect(report.problem).toMatch(/^Duration is 20/);
      });
    });
  }
});
