import { expect, it } from "vitest";
import type { Item, SearchAnswer, StreamAnswer } from "../../src/api/contract.ts";
import { findPatternBreach } from "../../src/testing/pattern-bytes.ts";
import { describeWithParts } from "../real/require-part.ts";
import { jointFormat, setUpSiteStage, soundFormat } from "../ytdlp/site-stage.ts";
import { openApiStage } from "./api-stage.ts";

describeWithParts(["yt-dlp"], "a site behind the real yt-dlp", () => {
  it("is searched beside the library, described, and played in any of its formats, past the end of its own addresses", async () => {
    await using video = await setUpSiteStage();
    const formats = [soundFormat("sound", 40_000), jointFormat("picture", 90_000)];
    video.site.put("one", { title: "Spring tide", formats });
    await using stage = await openApiStage({ searchable: { video: video.source }, searchDeadlineMs: 20_000 });

    const answer = await stage.json<SearchAnswer>("/api/v3/search?q=tide");
    expect(answer.sources).toContainEqual({ source: "video", state: "live" });
    expect(answer.items.map(({ title }) => title)).toEqual(expect.arrayContaining(["Slow tide", "Spring tide"]));
    const id = answer.items.find(({ title }) => title === "Spring tide")?.id ?? "";
    expect(await stage.json<Item>(`/api/v3/items/${id}`)).toMatchObject({ title: "Spring tide", creators: ["Ann"] });

    expect((await stage.ask(`/api/v3/items/${id}/prepare`, { method: "POST" })).status).toBe(202);
    const stream = await stage.json<StreamAnswer>(`/api/v3/items/${id}/stream`);
    expect(stream.formats.length).toBeGreaterThanOrEqual(2);
    const sizes = new Set<number>();
    for (const format of stream.formats) {
      const { url } = await stage.json<StreamAnswer>(`/api/v3/items/${id}/stream?format=${format.id}`);
      video.site.expireAll();
      const response = await stage.ask(url, { headers: { range: "bytes=100-" } });
      const bytes = new Uint8Array(await response.arrayBuffer());
      expect([response.status, findPatternBreach(bytes, 100)]).toEqual([206, -1]);
      sizes.add(bytes.length + 100);
    }
    expect([...sizes].toSorted((one, other) => one - other)).toEqual([40_000, 90_000]);
    expect(stage.breaches).toEqual([]);
    expect(stage.errors).toEqual([]);
  });
});
