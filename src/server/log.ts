import { type DestinationStream, type Logger, pino } from "pino";
import type { LogLevel } from "./config-schema.ts";

export type { Logger } from "pino";

/** The log, and how to empty it before the process ends. */
export interface Log {
  readonly logger: Logger;
  flush(): void;
}

/**
 * Creates the log: JSON, one line an event, to stderr, for stdout belongs to the address. Lines are written behind the event
 * loop's back; where nobody reads them (a stopped terminal, a full pipe) they are dropped beyond 4 MiB instead of
 * stopping the streams.
 */
export function createLog(level: LogLevel): Log {
  const destination = pino.destination({ dest: 2, sync: false, maxLength: 4 * 1024 * 1024 });
  return {
    logger: createLogger(level, destination),
    flush() {
      try {
        destination.flushSync();
      } catch {
        // stderr was never opened, or is gone: there is no one left to tell.
      }
    },
  };
}

/** Creates a logger on any stream, with the names the log has everywhere. */
export function createLogger(level: LogLevel, destination: DestinationStream): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
}
