import type { SliceAnswer, SliceQuestion, SliceSelection } from "../cache/index.ts";
import type { MediaHandlerOptions } from "../delivery/index.ts";
import type { LogLevel } from "./config-schema.ts";
import type { DeliveryReport } from "./delivery-report.ts";
import type { ListenAddress } from "./listen.ts";
import type { TlsFiles } from "./tls-identity.ts";

/** All that a worker needs to know. No credentials, no tokens: who reads what strangers send had better not have them. */
export interface WorkerPlan {
  readonly listen: ListenAddress;
  /** Where the owner answers what workers cannot: a socket of the file system. */
  readonly ownerSocket: string;
  /** Absent where plain http is spoken. A worker shakes hands itself, so of all secrets it reads this one. */
  readonly tls: TlsFiles | undefined;
  readonly logLevel: LogLevel;
  readonly sliceBytes: number;
  readonly memoryBytes: number;
  /** Sources that workers read for themselves; the rest is forwarded. */
  readonly sources: readonly WorkerSource[];
}

/** A source as a worker reads it. */
export interface WorkerSource {
  readonly name: string;
  readonly label: string;
  readonly delivery: MediaHandlerOptions;
  /** A folder is read as it is; of what is cached, that which is held. */
  readonly bytes:
    | { readonly kind: "folder"; readonly root: string }
    | { readonly kind: "held"; readonly cacheName: string };
}

/** From the owner to a worker. */
export type WorkerOrder =
  | { readonly kind: "plan"; readonly plan: WorkerPlan }
  | { readonly kind: "answer"; readonly id: number; readonly answer: SliceAnswer }
  | { readonly kind: "forget"; readonly selection: SliceSelection }
  | { readonly kind: "report" }
  | { readonly kind: "drain"; readonly timeoutMs: number }
  | { readonly kind: "cut" };

/** From a worker to the owner. */
export type WorkerNote =
  | { readonly kind: "started" }
  | { readonly kind: "listening"; readonly address: ListenAddress }
  | { readonly kind: "cannot-listen"; readonly message: string }
  | { readonly kind: "ask"; readonly id: number; readonly question: SliceQuestion }
  | { readonly kind: "report"; readonly report: WorkerReport }
  | { readonly kind: "drained"; readonly cut: number };

/** What a worker has done since its last report. */
export interface WorkerReport {
  readonly deliveries: readonly DeliveryReport[];
  readonly uses: readonly SliceUses[];
  /** Answers under way now. */
  readonly answerCount: number;
}

/** Slices of one version that were read. */
export interface SliceUses {
  readonly object: string;
  readonly version: string;
  readonly indexes: readonly number[];
}
