import { describe, expect, it, vi } from "vitest";
import { createMemorySource } from "../sources/index.ts";
import { createMediaHandler, type DeliveryRecord } from "./media-handler.ts";
import { cacheVerdict, timingFields } from "./timing-fields.ts";

describe("timingFields()", () => {
  it("says nothing of a cache that had no say", () => {
    expect(timingFields(1.26, undefined)).toEqual({ "server-timing": "open;dur=1.3" });
  });

  it("adds the cache's words", () => {
    expect(timingFields(0, "Sluice; fwd=uri-miss; stored")).toEqual({
      "cache-status": "Sluice; fwd=uri-miss; stored",
      "server-timing": 'open;dur=0.0, cache;desc="uri-miss"',
    });
  });

  it.each([
    ["Sluice; hit; ttl=-3", "hit"],
    ["Sluice; fwd=partial; collapsed; ttl=3", "joined"],
    ["Sluice; fwd=stale", "stale"],
    ["Sluice", "unknown"],
  ])("reads %j as %s", (status, verdict) => {
    expect(cacheVerdict(status)).toBe(verdict);
  });
});

describe("createMediaHandler()", () => {
  const source = createMemorySource({ "a.mp4": new Uint8Array(10) });
  const open = source.open.bind(source);
  vi.spyOn(source, "open").mockImplementation(async (key, options) =>
    Object.assign(await open(key, options), { cacheStatus: "Sluice; hit; ttl=9" }),
  );

  it("shows and records what the cache said, readable by whoever may read the media", async () => {
    const records: DeliveryRecord[] = [];
    const handler = createMediaHandler(source, {
      allowedOrigins: ["https://a.example"],
      onDelivered: (record) => records.push(record),
    });
    const headers = { origin: "https://a.example" };
    const response = await handler.handleWeb(new Request("http://host/a.mp4", { headers }), "a.mp4");
    await response.arrayBuffer();
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "cache-status": "Sluice; hit; ttl=9",
      "server-timing": expect.stringMatching(/^open;dur=\d+\.\d, cache;desc="hit"$/),
      "timing-allow-origin": "https://a.example",
      "access-control-expose-headers": expect.stringContaining("Cache-Status, Server-Timing"),
    });
    await vi.waitFor(() => expect(records).toMatchObject([{ cacheStatus: "Sluice; hit; ttl=9" }]));
    const stranger = await handler.handleWeb(new Request("http://host/a.mp4"), "a.mp4");
    expect(stranger.headers.get("timing-allow-origin")).toBeNull();
  });

  it("times errors too, without a word of the cache", async () => {
    const response = await createMediaHandler(source).handleWeb(new Request("http://host/b"), "b");
    expect([response.status, response.headers.get("cache-status")]).toEqual([404, null]);
    expect(response.headers.get("server-timing")).toMatch(/^open;dur=[\d.]+$/);
  });
});
