import type { IncomingMessage, ServerResponse } from "node:http";
import { createRequestListener, type MountedSource, type RequestListener } from "../api/index.ts";
import { parseMediaTarget } from "../api/media-path.ts";
import { HeldDirectory, HeldFiles, type HeldSource, heldSource } from "../cache/index.ts";
import { createMediaHandler, type DeliveryRecord } from "../delivery/index.ts";
import { parseRangeHeader } from "../http/index.ts";
import { createFolderSource } from "./compose.ts";
import { DeliverySum } from "./delivery-report.ts";
import { createDrain } from "./drain.ts";
import { createHttpServer, type HttpServer } from "./http-server.ts";
import type { Logger } from "./log.ts";
import { OwnerClient } from "./owner-client.ts";
import { createRequestLog } from "./request-log.ts";
import type { TlsIdentity } from "./tls-identity.ts";
import { UseNotes } from "./use-notes.ts";
import type { WorkerNote, WorkerPlan, WorkerReport, WorkerSource } from "./worker-messages.ts";

/** A worker's server, put together and not yet listening. */
export interface WorkerComposition extends AsyncDisposable {
  readonly http: HttpServer;
  /** What the owner has told of slices. */
  readonly directory: HeldDirectory;
  /** What was done since the last report. */
  report(): WorkerReport;
  /** Refuses new requests and waits for those that run. @returns how many were cut */
  drain(timeoutMs: number): Promise<number>;
  /** Ends a drain now. */
  cut(): void;
}

/** What the sources of a worker share. */
interface WorkerParts {
  readonly plan: WorkerPlan;
  readonly owner: OwnerClient;
  readonly directory: HeldDirectory;
  readonly files: HeldFiles;
  readonly uses: UseNotes;
}

/** A source with what it has delivered. */
interface WorkerMount extends MountedSource {
  /** Absent where all of it can be read here. */
  readonly held: HeldSource | undefined;
  readonly sum: DeliverySum;
}

/** Puts a worker's server together: what it can read for itself it delivers, all else the owner answers. */
export function composeWorker(
  plan: WorkerPlan,
  {
    logger,
    send,
    tls,
  }: {
    readonly logger: Logger;
    readonly send: (note: WorkerNote) => void;
    readonly tls?: TlsIdentity | undefined;
  },
): WorkerComposition {
  const requestLog = createRequestLog(logger);
  const drain = createDrain();
  const owner = new OwnerClient(plan.ownerSocket, (err, path) => logger.warn({ err, path }, "cannot ask the owner"));
  const directory = new HeldDirectory((id, question) => send({ kind: "ask", id, question }));
  const files = new HeldFiles({ memoryBytes: plan.memoryBytes });
  const parts: WorkerParts = { plan, owner, directory, files, uses: new UseNotes() };
  const sources = new Map(
    plan.sources.map((entry) => [entry.name, mount(entry, parts, requestLog.recordDelivery(entry.name))]),
  );
  const deliver = requestLog.around(drain.around(createRequestListener({ sources, fetch: answerNothing })));
  let isDraining = false;
  const route: RequestListener = async (request, response) => {
    // What is refused is logged here: the owner would never hear of it.
    if (isDraining || (await canDeliver(request, sources))) {
      deliver(request, response);
    } else {
      owner.forward(request, response);
    }
  };
  const listener = (request: IncomingMessage, response: ServerResponse): void =>
    void route(request, response).catch((error: unknown) => {
      logger.error({ err: error }, "request could not be routed");
      response.destroy();
    });
  const http = createHttpServer(listener, { tls });
  return {
    http,
    directory,
    report: () => ({
      deliveries: [...sources.values()].flatMap(({ sum }) => sum.take() ?? []),
      uses: parts.uses.take(),
      answerCount: http.connections.answerCount,
    }),
    drain(timeoutMs) {
      isDraining = true;
      return drain.begin(http.server, http.connections, timeoutMs);
    },
    cut: drain.cut,
    async [Symbol.asyncDispose]() {
      await requestLog.settled();
      owner[Symbol.dispose]();
      await files[Symbol.asyncDispose]();
    },
  };
}

function mount(entry: WorkerSource, parts: WorkerParts, log: (record: DeliveryRecord) => void): WorkerMount {
  const { name, label, delivery, bytes } = entry;
  const sum = new DeliverySum(name);
  const held = bytes.kind === "held" ? openHeld(entry, bytes.cacheName, parts, sum) : undefined;
  const source = bytes.kind === "folder" ? createFolderSource(bytes.root) : held;
  if (source === undefined) {
    throw new TypeError(`Source "${name}" is of no kind that a worker reads`);
  }
  const onDelivered = (record: DeliveryRecord): void => {
    log(record);
    sum.add(record);
  };
  return { name, label, source, handler: createMediaHandler(source, { ...delivery, onDelivered }), held, sum };
}

function openHeld({ name, label }: WorkerSource, cacheName: string, parts: WorkerParts, sum: DeliverySum): HeldSource {
  const { plan, owner, directory, files, uses } = parts;
  return heldSource({
    name: cacheName,
    location: label,
    sliceBytes: plan.sliceBytes,
    directory,
    files,
    readBeyond: (key, version, range, sink, call) => owner.readPart({ source: name, key, version }, range, sink, call),
    onUse: (object, version, index) => uses.add(object, version, index),
    onHit: (bytes) => sum.addHit(bytes),
  });
}

/** Whether a request can be answered without the owner. What is refused for its address is his to refuse. */
async function canDeliver(request: IncomingMessage, sources: ReadonlyMap<string, WorkerMount>): Promise<boolean> {
  const path = (request.url ?? "").split("?", 1)[0] ?? "";
  if (!path.startsWith("/media/")) {
    return false;
  }
  const target = parseMediaTarget(path, { mount: "/media/" });
  const mounted = target.kind === "path" ? sources.get(target.source) : undefined;
  if (target.kind !== "path" || mounted === undefined) {
    return false;
  }
  const { method, headers } = request;
  if (mounted.held === undefined) {
    return true;
  }
  if (method !== "GET" && method !== "HEAD") {
    return false;
  }
  const ranges = headers.range === undefined ? undefined : parseRangeHeader(headers.range);
  return await mounted.held.canOpen(target.key, method === "HEAD" ? "metadata" : ranges?.[0]);
}

/** Everything but media is forwarded before it could come here. */
function answerNothing(): Response {
  return new Response(null, { status: 404 });
}
