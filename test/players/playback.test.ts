import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { demoSources, type DemoServer, demoUrl, listDemoFiles, startDemoServer } from "../real/demo-server.ts";
import { describeWithParts } from "../real/require-part.ts";
import { probeDurationSeconds } from "./probe-duration.ts";
import { players, playWith } from "./play-with.ts";

const films = (await listDemoFiles()).filter(({ kind }) => kind === "video");
const songs = (await listDemoFiles()).filter(({ key }) => /\.(?:mp3|flac)$/.test(key));

describeWithParts(["ceph-rgw", "ffmpeg"], "players outside browsers, through the real server", () => {
  const resources = new AsyncDisposableStack();
  let server: DemoServer;

  beforeAll(async () => {
    server = resources.use(await startDemoServer());
  });
  afterAll(() => resources.disposeAsync());

  for (const player of players) {
    describeWithParts([player], player, () => {
      describe.each(demoSources)("from %s", (source) => {
        it.each([...films, ...songs])("plays and seeks $key", async ({ key }) => {
          const url = demoUrl(server, source, key);
          const report = await playWith(player, { url, durationSeconds: await probeDurationSeconds(url) });
          expect(report).toMatchObject({ ok: true });
        });
      });
    });
  }
});
