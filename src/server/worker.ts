import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { composeWorker, type WorkerComposition } from "./compose-worker.ts";
import { listen } from "./listen.ts";
import { createLog, type Logger } from "./log.ts";
import { followTlsFiles, readTlsIdentity } from "./tls-identity.ts";
import type { WorkerNote, WorkerOrder, WorkerPlan } from "./worker-messages.ts";

/** How often the owner hears what was delivered, and which slices were read. */
const reportEveryMs = 1000;

/** Runs a worker to its end: it serves as the owner plans until the owner says stop. Without an owner it ends at once. */
export async function runWorker(): Promise<void> {
  // Ctrl-C and service managers signal every process of a group; it is the owner who drains, and then tells us.
  process.on("SIGTERM", () => undefined);
  process.on("SIGINT", () => undefined);
  const drained = Promise.withResolvers<number>();
  const planned = Promise.withResolvers<WorkerPlan>();
  const composed = Promise.withResolvers<WorkerComposition>();
  process.on("message", (order: WorkerOrder) => {
    if (order.kind === "plan") {
      planned.resolve(order.plan);
    } else {
      composed.promise.then((worker) => obey(order, worker, drained)).catch(drained.reject);
    }
  });
  await send({ kind: "started" });
  const plan = await planned.promise;
  process.once("exit", () => removeSocketOfDeadOwner(plan));
  const log = createLog(plan.logLevel, { isShared: true });
  process.once("uncaughtException", (error) => {
    log.logger.fatal({ err: error, worker: process.pid }, "worker stopped by a mistake in Sluice");
    log.flush();
    process.exit(1);
  });
  // Which one it was matters to those who look for what went wrong.
  const logger = log.logger.child({ worker: process.pid });
  const worker = await openWorker(plan, logger);
  composed.resolve(worker);
  const { report } = worker;
  const reporting = setInterval(() => void send({ kind: "report", report: report() }), reportEveryMs);
  const cut = await drained.promise;
  clearInterval(reporting);
  await worker[Symbol.asyncDispose]();
  await send({ kind: "report", report: report() });
  await send({ kind: "drained", cut });
  await log.close();
  process.exit(0);
}

/** Ends the process where it cannot listen. */
async function openWorker(plan: WorkerPlan, logger: Logger): Promise<WorkerComposition> {
  try {
    const tls = plan.tls && (await readTlsIdentity(plan.tls));
    const worker = composeWorker(plan, { logger, send: (note) => void send(note), tls });
    await send({ kind: "listening", address: await listen(worker.http.server, plan.listen) });
    if (plan.tls !== undefined) followTlsFiles(plan.tls, worker.http.server, logger);
    return worker;
  } catch (error) {
    await send({ kind: "cannot-listen", message: error instanceof Error ? error.message : String(error) });
    process.exit(1);
  }
}

function obey(
  order: Exclude<WorkerOrder, { readonly kind: "plan" }>,
  worker: WorkerComposition,
  drained: PromiseWithResolvers<number>,
): void {
  switch (order.kind) {
    case "answer":
      return worker.directory.receive(order.id, order.answer);
    case "forget":
      return worker.directory.forget(order.selection);
    case "report":
      void send({ kind: "report", report: worker.report() });
      return;
    case "drain":
      worker.drain(order.timeoutMs).then(drained.resolve, drained.reject);
      return;
    case "cut":
      return worker.cut();
  }
}

/** Resolves once the note is on its way; there is nobody to tell where it cannot be. */
function send(note: WorkerNote): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) {
      resolve();
    } else {
      process.send(note, () => resolve());
    }
  });
}

/** An owner that was killed leaves its socket behind; the last of its workers tidies up. */
function removeSocketOfDeadOwner(plan: WorkerPlan): void {
  if (!process.connected) {
    rmSync(dirname(plan.ownerSocket), { recursive: true, force: true });
  }
}
