/**
 * Why a source could not do what was asked:
 * - `not-found`: the key names nothing (a real 404 or ENOENT, never an outage)
 * - `forbidden`: the source refuses us (credentials, permissions)
 * - `invalid-key`: the key can never name an object here (NUL, traversal, too long)
 * - `bad-upstream`: the upstream answered against the protocol (wrong Content-Range, encoded body)
 * - `changed`: the object is no longer the version that was opened
 * - `unsupported`: this kind of source cannot do that at all
 * - `unavailable`: out of reach or overloaded
 * - `timeout`: no answer, or no progress, in time
 * - `aborted`: the caller's signal fired
 */
export type SourceErrorCode =
  | "not-found"
  | "forbidden"
  | "invalid-key"
  | "bad-upstream"
  | "changed"
  | "unsupported"
  | "unavailable"
  | "timeout"
  | "aborted";

/** Options of a {@link SourceError}. */
export interface SourceErrorOptions {
  /** Whether the same call may succeed soon. @default false */
  readonly retryable?: boolean;
  /** Seconds to wait before trying again, where the upstream said so. */
  readonly retryAfterSeconds?: number | undefined;
  readonly cause?: unknown;
}

/**
 * The one error that sources throw. The message says what was tried and on what, for operators:
 * `Cannot open "films/a.mp4" in s3://bucket: 403 AccessDenied`. Viewers are shown the code's meaning only.
 */
export class SourceError extends Error {
  override readonly name = "SourceError";
  readonly code: SourceErrorCode;
  readonly retryable: boolean;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: SourceErrorCode, message: string, options: SourceErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** True for a {@link SourceError}, with that code where one is given. */
export function isSourceError(error: unknown, code?: SourceErrorCode): error is SourceError {
  return error instanceof SourceError && (code === undefined || error.code === code);
}

/** Throws `aborted` where the signal has fired. @throws {SourceError} */
export function throwIfAborted(signal: AbortSignal | undefined, doing: string): void {
  if (signal?.aborted === true) {
    throw new SourceError("aborted", `${doing}: aborted`, { cause: signal.reason });
  }
}
