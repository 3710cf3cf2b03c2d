import { describe, expect, it } from "vitest";
import { isSourceError } from "../../source/index.ts";
import { SiteGates } from "./site-gates.ts";
import { type FailureReason, YtdlpError } from "./ytdlp-failure.ts";

const normal = { urgency: "normal" } as const;

function failure(reason: FailureReason, retryAfterSeconds?: number): YtdlpError {
  return new YtdlpError("unavailable", reason, reason, { retryAfterSeconds });
}

/** Gates with a clock of their own, which stands. */
function stage(perMinute?: number): { gates: SiteGates; clock: { ms: number } } {
  const clock = { ms: Date.UTC(2026, 0, 1) };
  return { gates: new SiteGates({ perMinute, now: () => clock.ms }), clock };
}

async function refusalOf(
  entering: Promise<unknown>,
): Promise<{ reason: string; retryAfterSeconds: number | undefined }> {
  const error = await entering.catch((thrown: unknown) => thrown);
  if (!(error instanceof YtdlpError)) {
    throw new Error(`Let in, or refused otherwise: ${String(error)}`);
  }
  return { reason: error.reason, retryAfterSeconds: error.retryAfterSeconds };
}

/** Lets so many different pages fail. */
async function fail(gates: SiteGates, count: number, error: unknown, site = "site"): Promise<void> {
  for (let n = 0; n < count; n += 1) (await gates.enter(site, `page ${n}`, normal)).failed(error);
}

describe("SiteGates", () => {
  it("lets so many a minute through, each site for itself, and says when to come again", async () => {
    const { gates, clock } = stage(2);
    for (let n = 0; n < 2; n += 1) (await gates.enter("one", "a", normal)).succeeded();
    expect(await refusalOf(gates.enter("one", "a", { urgency: "background" }))).toEqual({
      reason: "asked as often as permitted",
      retryAfterSeconds: 30,
    });
    await gates.enter("two", "a", normal);
    clock.ms += 30_000;
    await gates.enter("one", "a", { urgency: "background" });
    expect(gates.words()).toEqual([]);
    // What keeps a stream alive passes, and is counted all the same.
    for (let n = 0; n < 3; n += 1) await gates.enter("one", "a", { urgency: "urgent" });
    expect(gates.words()).toEqual(["one: asked as often as permitted, 2 times a minute"]);
    expect(await refusalOf(gates.enter("one", "a", normal))).toMatchObject({ retryAfterSeconds: 120 });
  });

  it("makes a click wait for its turn, tells it its place, and forgets it when it leaves", async () => {
    const gates = new SiteGates({ perMinute: 600 });
    await Promise.all(Array.from({ length: 600 }, () => gates.enter("site", "a", normal)));
    const places: number[] = [];
    const startedAt = performance.now();
    const waiting = Array.from({ length: 3 }, () =>
      gates.enter("site", "a", { ...normal, onPosition: (place) => places.push(place) }),
    );
    const left = new AbortController();
    const leaving = gates.enter("site", "a", { ...normal, signal: left.signal });
    left.abort();
    expect(isSourceError(await leaving.catch((error: unknown) => error), "aborted")).toBe(true);
    await Promise.all(waiting);
    expect(performance.now() - startedAt).toBeGreaterThan(200);
    expect(places.slice(0, 3)).toEqual([1, 2, 3]);
  });

  it("leaves a site alone that says it is asked too often, then asks once whether it is well", async () => {
    const { gates, clock } = stage();
    await fail(gates, 1, failure("asked too often", 60));
    expect(await refusalOf(gates.enter("site", "b", normal))).toEqual({
      reason: "left alone for now",
      retryAfterSeconds: 60,
    });
    expect(gates.words()[0]).toMatch(/^site: left alone until \d\d:\d\d: it says it is asked too often$/);
    (await gates.enter("other", "b", normal)).succeeded();
    clock.ms += 60_000;
    const probe = await gates.enter("site", "b", normal);
    expect((await refusalOf(gates.enter("site", "c", normal))).reason).toBe("left alone for now");
    probe.failed(failure("asked too often", 60));
    expect(await refusalOf(gates.enter("site", "c", normal))).toMatchObject({ retryAfterSeconds: 120 });
    clock.ms += 120_000;
    (await gates.enter("site", "b", normal)).succeeded();
    await Promise.all(["c", "d", "e"].map((page) => gates.enter("site", page, normal)));
    expect(gates.words()).toEqual([]);
  });

  it("leaves a site alone of which nothing works, and not for one broken page", async () => {
    const { gates } = stage();
    for (let n = 0; n < 20; n += 1)
      (await gates.enter("site", "same", normal)).failed(failure("extractor out of date"));
    await fail(gates, 4, failure("extractor out of date"));
    (await gates.enter("site", "gone", normal)).failed(failure("gone"));
    await fail(gates, 5, failure("out of reach"));
    await gates.enter("site", "a", normal);
    await fail(gates, 6, failure("out of reach")).catch(() => undefined);
    expect((await refusalOf(gates.enter("site", "a", normal))).reason).toBe("left alone for now");
    expect(gates.words()[0]).toMatch(/6 pages in a row failed \(out of reach\)$/);
    // A stream that is being watched may try, one at a time.
    await gates.enter("site", "watched", { urgency: "urgent" });
    expect((await refusalOf(gates.enter("site", "other", { urgency: "urgent" }))).reason).toBe("left alone for now");
  });

  it("is not closed by viewers who leave or by troubles of our own", async () => {
    const { gates } = stage();
    for (const reason of ["yt-dlp is busy", "yt-dlp cannot be run", "out of memory"] as const) {
      await fail(gates, 10, failure(reason));
    }
    await gates.enter("site", "a", normal);
    expect(gates.words()).toEqual([]);
  });

  it("counts what was asked before the extractor was known", async () => {
    const { gates } = stage(1);
    const page = "https://www.tube.example/watch?v=1";
    (await gates.enter(gates.siteOf(page), page, normal)).succeeded();
    gates.learn(page, "Tube");
    expect((await refusalOf(gates.enter("tube", "b", { urgency: "background" }))).reason).toBe(
      "asked as often as permitted",
    );
  });

  it("knows the hosts of an extractor as one site, once that has shown", () => {
    const { gates } = stage();
    expect(gates.siteOf("https://www.tube.example/watch?v=1")).toBe("tube.example");
    gates.learn("https://www.tube.example/watch?v=1", "Tube");
    gates.learn("https://tu.be/1", "tube");
    gates.learn("https://somebody.example/film", "Generic");
    expect(
      ["https://m.tube.example/x", "https://tu.be/2", "https://somebody.example/", "no address"].map((a) =>
        gates.siteOf(a),
      ),
    ).toEqual(["tube", "tube", "somebody.example", "unknown"]);
  });
});
