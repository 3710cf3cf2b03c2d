import type { ByteSink } from "../bytes/byte-sink.ts";
import type { Reply } from "./reply.ts";

/**
 * Sends one reply. `begin` notes the head; it goes out with the first body byte or at `end`, so that until a byte is there a failure
 * can still become another answer (`begin` is then called again).
 */
export interface ReplyWriter extends ByteSink {
  /** Fires when the viewer leaves. */
  readonly signal: AbortSignal;
  /** The status that went out, if one did. */
  readonly status: number | undefined;
  readonly bodyBytes: number;
  /** `performance.now()` of the first body byte. */
  readonly firstByteAt: number | undefined;

  begin(reply: Reply): void;
  /** Completes the message; rejects where the body is not as long as its head says. */
  end(): Promise<void>;
  /** Breaks the connection: the one way players notice that a body is not whole, and recover from. */
  break(reason: unknown): void;
}
