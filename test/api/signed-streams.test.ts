import { readFile, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ApiProblem, StreamAnswer } from "../../src/api/contract.ts";
import { type ApiStage, openApiStage } from "./api-stage.ts";

const file = "Music/Tidewater/01 Low Water.mp3";
let stage: ApiStage;

beforeAll(async () => {
  stage = await openApiStage({ requireSigned: true });
});

afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});

async function streamOf(title: string): Promise<StreamAnswer> {
  return stage.json(`/api/v3/items/${await stage.idOf(title)}/stream`);
}

async function refusal(path: string): Promise<Pick<ApiProblem, "status" | "code">> {
  const response = await stage.ask(path);
  // A player's script must be able to read why, so as to ask for a new address.
  expect(response.headers.get("access-control-allow-origin")).toBe("*");
  const { status, code } = (await response.json()) as ApiProblem;
  expect(response.status).toBe(status);
  return { status, code };
}

describe("/stream/{token}", () => {
  it("plays the one item, with ranges, conditions and HEAD as under /media", async () => {
    const bytes = await readFile(join(stage.folder, file));
    const { url, ...answer } = await streamOf("Low Water");
    expect(answer).toMatchObject({
      mediaType: "audio/mpeg",
      sizeBytes: bytes.length,
      durationSeconds: expect.any(Number),
      format: "original",
      formats: [{ id: "original", mediaType: "audio/mpeg" }],
    });
    const whole = await stage.ask(url);
    expect(Buffer.from(await whole.arrayBuffer()).equals(bytes)).toBe(true);
    const etag = whole.headers.get("etag") ?? "";
    expect(etag).toMatch(/^"/);
    expect(whole.headers.get("content-type")).toBe("audio/mpeg");
    expect(whole.headers.get("content-encoding")).toBeNull();

    const range = await stage.ask(url, { headers: { range: "bytes=1000-1999", "if-range": etag } });
    expect([range.status, range.headers.get("content-range")]).toEqual([206, `bytes 1000-1999/${bytes.length}`]);
    expect(Buffer.from(await range.arrayBuffer()).equals(bytes.subarray(1000, 2000))).toBe(true);
    expect((await stage.ask(url, { headers: { range: "bytes=-1" } })).status).toBe(206);
    expect((await stage.ask(url, { headers: { range: `bytes=${bytes.length}-` } })).status).toBe(416);
    expect((await stage.ask(url, { headers: { "if-none-match": etag } })).status).toBe(304);
    expect((await stage.ask(url, { headers: { "if-match": '"other"' } })).status).toBe(412);
    const head = await stage.ask(url, { method: "HEAD" });
    expect([head.status, head.headers.get("content-length")]).toEqual([200, String(bytes.length)]);
    expect(whole.headers.get("access-control-allow-origin")).toBe("*");
    expect((await stage.ask(url, { method: "POST" })).status).toBe(405);
    expect((await stage.ask(`${url}?download`)).headers.get("content-disposition")).toContain("attachment");
  });

  it("stays the same while nothing changes, and outlives what it plays", async () => {
    const [one, other] = [await streamOf("Low Water"), await streamOf("Low Water")];
    expect(other.url).toBe(one.url);
    const lifeSeconds = (Date.parse(one.expiresAt) - Date.now()) / 1000;
    expect(lifeSeconds).toBeGreaterThan(6 * 3600 - 1);
    expect(lifeSeconds).toBeGreaterThan(one.durationSeconds ?? 0);
    expect(Date.parse(one.expiresAt) % 600_000).toBe(0);
  });

  it("is refused once it has expired, and a new one plays", async () => {
    const { url, expiresAt } = await streamOf("Harbour Lights");
    stage.clock.aheadSeconds = Math.ceil((Date.parse(expiresAt) - Date.now()) / 1000) + 59;
    expect((await stage.ask(url)).status).toBe(200);
    stage.clock.aheadSeconds += 2;
    expect(await refusal(url)).toEqual({ status: 410, code: "expired" });
    stage.clock.aheadSeconds = 0;
    expect((await stage.ask(url)).status).toBe(200);
  });

  it("is refused where it was tampered with", async () => {
    const [mine, other] = [(await streamOf("Low Water")).url, (await streamOf("Slow tide")).url];
    const parts = mine.split(".");
    const forged = [
      `${mine}x`,
      mine.slice(0, -1),
      parts.with(2, other.split(".")[2] ?? "").join("."),
      parts.with(1, "zzzzzzz").join("."),
      "/stream/",
      "/stream/a.b.c.d.e.f",
      `/stream/${"a".repeat(5000)}`,
      mine.replace("/stream/", "/stream//"),
    ];
    for (const address of forged) {
      expect(await refusal(address)).toEqual({ status: 403, code: "bad-signature" });
    }
  });

  it("is the only way to media where the operator wants it so", async () => {
    const path = `/media/demo/${encodeURI(file)}`;
    const response = await stage.ask(path);
    expect([response.status, ((await response.json()) as ApiProblem).code]).toEqual([403, "signature-required"]);
    await using open = await openApiStage();
    expect((await open.ask(path)).status).toBe(200);
  });

  it("never splices two versions: an address of one is refused once there is another", async () => {
    const { url } = await streamOf("Salt & Starlight");
    expect((await stage.ask(url)).status).toBe(200);
    const path = join(stage.folder, "Music/Tidewater/04 Salt & Starlight.opus");
    await writeFile(path, await readFile(path));
    await utimes(path, new Date(), new Date(Date.now() + 60_000));
    await stage.rescan();
    // What an address opens is remembered for five seconds.
    await expect.poll(() => stage.ask(url).then(({ status }) => status), { timeout: 10_000, interval: 500 }).toBe(410);
    expect(await refusal(url)).toEqual({ status: 410, code: "replaced" });
    const fresh = await streamOf("Salt & Starlight");
    expect(fresh.url).not.toBe(url);
    expect((await stage.ask(fresh.url)).status).toBe(200);
  });

  it("was as its document says all the time", () => {
    expect(stage.breaches).toEqual([]);
    expect(stage.errors).toEqual([]);
  });
});
