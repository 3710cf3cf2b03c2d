import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { type DestinationStream, type Logger, pino } from "pino";
import type { LogLevel } from "./config-schema.ts";

export type { Logger } from "pino";

/** The log, and how to empty it before the process ends. */
export interface Log {
  readonly logger: Logger;
  /** Writes what is left, in order, and takes no more. Gives up after a moment: perhaps nobody reads stderr. */
  close(): Promise<void>;
  /** Writes what is left at once, for a process that is about to die. */
  flush(): void;
}

/** Options of {@link createLog}. */
export interface LogOptions {
  /** True where several processes write to the same stderr. @default false */
  readonly isShared?: boolean;
}

/** What a pipe takes as one piece (PIPE_BUF on Linux): of several writers no line ends up within another's. */
const wholeWriteBytes = 4096;

/**
 * Creates the log: JSON, one line an event, to stderr, for stdout belongs to the address. Lines are written behind the event
 * loop's back; where nobody reads them (a stopped terminal, a full pipe) they are dropped beyond 4 MiB instead of
 * stopping the streams.
 */
export function createLog(level: LogLevel, { isShared = false }: LogOptions = {}): Log {
  const destination = pino.destination({
    dest: 2,
    sync: false,
    maxLength: 4 * 1024 * 1024,
    ...(isShared ? { maxWrite: wholeWriteBytes } : {}),
  });
  const logger = createLogger(level, destination);
  return {
    logger,
    async close() {
      // A closed destination throws, and stragglers are not worth dying for.
      logger.level = "silent";
      // Not flush(): it would write past a line that is just being written, and so in front of it.
      const closed = once(destination, "close");
      destination.end();
      await Promise.race([closed, delay(500, undefined, { ref: false })]);
    },
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
