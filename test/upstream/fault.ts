import type { UpstreamObject } from "./upstream-object.ts";

/** Which requests for the key a fault strikes, counted from 1 since the fault was set. @default all of them */
export interface FaultScope {
  /** Only this one. */
  readonly request?: number;
  /** The first so many. */
  readonly first?: number;
  /** Those after so many. */
  readonly after?: number;
  /** Only this method. */
  readonly method?: string;
}

/** What an origin does wrong. Several may be set on one key; they apply in the order given. */
export type Fault = FaultScope &
  (
    | { readonly kind: "cut"; readonly afterBodyBytes: number; readonly how?: "close" | "reset" }
    /** The connection breaks before a byte of the answer. */
    | { readonly kind: "drop"; readonly how?: "close" | "reset" }
    /** Waits before the head, or once so many body bytes are out. */
    | { readonly kind: "stall"; readonly at: "head" | number; readonly ms: number }
    | {
        readonly kind: "status";
        readonly status: number;
        readonly fields?: Record<string, string>;
        readonly body?: string;
      }
    /** 503 with S3's XML. */
    | { readonly kind: "slow-down"; readonly retryAfterSeconds?: number }
    /** Further fields on whatever is answered. */
    | { readonly kind: "fields"; readonly fields: Readonly<Record<string, string>> }
    | { readonly kind: "redirect"; readonly to: string; readonly status?: number }
    /** After the request, or after so many of its body bytes, the key holds another version. */
    | { readonly kind: "replace"; readonly with: UpstreamObject; readonly afterBodyBytes?: number }
    | { readonly kind: "content-range"; readonly change: ContentRangeChange }
    /** A 206 that is right in itself but holds another range than was asked. */
    | { readonly kind: "other-range"; readonly startDelta?: number; readonly maxLength?: number }
    | { readonly kind: "content-length"; readonly delta: number }
    /** 200 and the whole object in answer to a range. */
    | { readonly kind: "ignore-range"; readonly strayContentRange?: boolean }
    /** Never 412 or 304: bytes of whatever version is there now. */
    | { readonly kind: "ignore-conditions" }
    | { readonly kind: "gzip" }
    | { readonly kind: "no-length"; readonly framing: "chunked" | "until-close" }
    | { readonly kind: "trickle"; readonly chunkBytes: number; readonly everyMs: number }
    /** Bytes before the status line. */
    | { readonly kind: "garbage"; readonly text: string }
    | { readonly kind: "huge-head"; readonly bytes: number }
    /** Says keep-alive, then closes after so long without a request. */
    | { readonly kind: "close-idle"; readonly afterMs: number }
  );

/** How a Content-Range lies: one of its numbers, its grammar, or its absence. */
export type ContentRangeChange = "start" | "end" | "total" | "malformed" | "unknown-total" | "absent";

/** Whether a fault strikes the `count`-th request since it was set. */
export function strikes(fault: Fault, count: number, method: string): boolean {
  return (
    (fault.request === undefined || fault.request === count) &&
    (fault.first === undefined || count <= fault.first) &&
    (fault.after === undefined || count > fault.after) &&
    (fault.method === undefined || fault.method === method)
  );
}
