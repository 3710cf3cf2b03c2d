import { z } from "@hono/zod-openapi";
import type {
  Accepted,
  ApiProblem,
  Prepared,
  ScanOutcome,
  ScanProgress,
  SiteStatus,
  SourcesAnswer,
  SourceStatus,
} from "../contract.ts";

const count = z.int().nonnegative();

const scanOutcomeSchema: z.ZodType<ScanOutcome> = z
  .object({
    startedAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().optional(),
    objects: count,
    added: count,
    changed: count,
    removed: count,
    failed: count,
  })
  .openapi("ScanOutcome");

const scanProgressSchema: z.ZodType<ScanProgress> = z
  .object({ objects: count, totalObjects: count.optional(), ratePerSecond: z.number().nonnegative() })
  .openapi("ScanProgress");

const siteStatusSchema: z.ZodType<SiteStatus> = z
  .object({
    name: z.string(),
    resolves: count,
    failures: count,
    failuresByReason: z.record(z.string(), count),
    medianMs: z.number().nonnegative().optional(),
    lastError: z.object({ message: z.string(), at: z.iso.datetime() }).optional(),
  })
  .openapi("SiteStatus", { description: "How a site has fared since the server was started." });

const sourceStatusSchema: z.ZodType<SourceStatus> = z
  .object({
    name: z.string(),
    label: z.string(),
    state: z.enum(["idle", "scanning", "failed", "unreachable", "unscanned"]),
    searchable: z.boolean(),
    itemCount: count,
    playlistCount: count,
    lastScan: scanOutcomeSchema.optional(),
    lastError: z.string().optional(),
    progress: scanProgressSchema.optional(),
    health: z.array(z.string()).optional(),
    sites: z.array(siteStatusSchema).optional(),
  })
  .openapi("SourceStatus", { description: "A source and how it is doing." });

export const sourcesAnswerSchema: z.ZodType<SourcesAnswer> = z
  .object({ sources: z.array(sourceStatusSchema) })
  .openapi("SourcesAnswer");

export const acceptedSchema: z.ZodType<Accepted> = z.object({ status: z.literal("accepted") }).openapi("Accepted");

export const preparedSchema: z.ZodType<Prepared> = z
  .object({
    status: z.literal("accepted"),
    queuePosition: z.int().positive().optional().openapi({ description: "Its place in line, where it waits." }),
  })
  .openapi("Prepared");

export const problemSchema: z.ZodType<ApiProblem> = z
  .object({
    type: z.string(),
    status: z.int(),
    code: z.string().openapi({ description: "Stable, for programs." }),
    title: z.string(),
    detail: z.string().openapi({ description: "For people." }),
  })
  .openapi("Problem", { description: "Why a request could not be answered (RFC 9457)." });
