import { connect, createServer } from "node:net";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import type { DeliveryRecord } from "../delivery/index.ts";
import { createMemorySource } from "../sources/index.ts";
import { createMetrics, type Metrics, type MetricsOptions } from "./metrics.ts";
import { UpstreamConnections } from "./upstream-connections.ts";

const delivered: DeliveryRecord = {
  method: "GET",
  key: "a.mp4",
  status: 206,
  bodyBytes: 1000,
  firstByteMs: 30,
  durationMs: 40,
  upstreamRequests: 0,
  upstreamBytes: 0,
  upstreamResumes: 0,
  hitBytes: 0,
  outcome: "complete",
};

async function render(metrics: Metrics): Promise<readonly string[]> {
  return (await metrics.render()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

/** What a source that can be searched has beyond others; nothing of it is asked here. */
const searching = {
  search: () => Promise.resolve([]),
  suggest: () => Promise.resolve([]),
  positionOf: () => undefined,
  describe: () => Promise.reject(new Error("not asked")),
  formats: () => Promise.resolve([]),
  keyOfFormat: (key: string) => key,
  isPlaylist: () => false,
  openPlaylist: () => Promise.reject(new Error("not asked")),
  prepare: () => Promise.resolve(),
};

function create(options: Partial<MetricsOptions> = {}): Metrics {
  using connections = new UpstreamConnections();
  const upstream = { requests: 3, bytes: 77, resumes: 2 };
  return createMetrics({
    sources: new Map([["films", { origin: createMemorySource({}), upstream, cache: undefined }]]),
    cache: undefined,
    connections,
    ...options,
  });
}

describe("createMetrics()", () => {
  it("counts what was asked of the sites behind a source", async () => {
    const failuresByReason = { gone: 2, "asked too often": 1 };
    const sites = [{ extractor: "youtube", resolves: 20, failures: 3, failuresByReason, medianMs: 1500 }];
    const health = { words: [], warnings: [], sites, running: 4, waiting: 7, programAgeDays: 87 };
    const site = { ...createMemorySource({}), ...searching, health: () => Promise.resolve(health) };
    const upstream = { requests: 0, bytes: 0 };
    const lines = await render(create({ sources: new Map([["tube", { origin: site, upstream, cache: undefined }]]) }));
    expect(lines.filter((line) => line.startsWith("sluice_site_"))).toEqual([
      'sluice_site_resolves_total{source="tube",site="youtube"} 20',
      'sluice_site_failures_total{source="tube",site="youtube"} 3',
      'sluice_site_failures_by_reason_total{source="tube",site="youtube",reason="gone"} 2',
      'sluice_site_failures_by_reason_total{source="tube",site="youtube",reason="asked too often"} 1',
      'sluice_site_resolve_seconds{source="tube",site="youtube"} 1.5',
      'sluice_site_runs{source="tube"} 4',
      'sluice_site_queue_length{source="tube"} 7',
      'sluice_site_program_age_days{source="tube"} 87',
    ]);
  });

  it("counts deliveries by how they ended and what the cache said", async () => {
    const metrics = create();
    const record = metrics.recordDelivery("films");
    record({ ...delivered, cacheStatus: "Sluice; hit; ttl=3" });
    record({ ...delivered, cacheStatus: "Sluice; fwd=partial; stored; collapsed" });
    record({ ...delivered, status: 499, outcome: "aborted", firstByteMs: undefined, bodyBytes: 0 });
    const lines = await render(metrics);
    expect(lines).toEqual(
      expect.arrayContaining([
        'sluice_client_bytes_total{source="films"} 2000',
        'sluice_requests_total{source="films",status="2xx",outcome="complete"} 2',
        'sluice_requests_total{source="films",status="4xx",outcome="aborted"} 1',
        'sluice_cache_requests_total{source="films",result="hit"} 1',
        'sluice_cache_requests_total{source="films",result="joined"} 1',
        'sluice_first_byte_seconds_bucket{le="0.025",source="films"} 0',
        'sluice_first_byte_seconds_bucket{le="0.05",source="films"} 2',
        'sluice_first_byte_seconds_count{source="films"} 2',
        'sluice_upstream_requests_total{source="films"} 3',
        'sluice_upstream_bytes_total{source="films"} 77',
        'sluice_upstream_resumes_total{source="films"} 2',
        'sluice_upstream_hedges_total{source="films"} 0',
        "sluice_cache_enabled 0",
      ]),
    );
    // Asked twice, it does not count twice.
    expect(await render(metrics)).toEqual(lines);
  });

  it("names everything by Prometheus' conventions, with help", async () => {
    const text = await create().render();
    const types = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)];
    expect(types.length).toBeGreaterThan(10);
    for (const [, name = "", type] of types) {
      expect(name).toMatch(/^sluice_[a-z_]+$/);
      expect(name.endsWith("_total")).toBe(type === "counter");
      expect(text).toMatch(new RegExp(`^# HELP ${name} \\S.*\\.$`, "m"));
    }
  });
});

describe("UpstreamConnections", () => {
  it("counts connections to others, not those that come in", async () => {
    using connections = new UpstreamConnections();
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const socket = connect(typeof address === "object" && address !== null ? address.port : 0, "127.0.0.1");
    const [[incoming]] = await Promise.all([once(server, "connection"), once(socket, "connect")]);
    expect(connections.count).toBe(1);
    socket.destroy();
    incoming.destroy();
    await once(socket, "close");
    expect(connections.count).toBe(0);
    server.close();
  });
});
