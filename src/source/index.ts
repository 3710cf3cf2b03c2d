export { isSourceError, SourceError, type SourceErrorCode, type SourceErrorOptions, throwIfAborted } from "./source-error.ts";
export type {
  CallOptions,
  ListEntry,
  ListOptions,
  ListPage,
  LocateOptions,
  MediaObject,
  OpenOptions,
  Source,
  UpstreamMeter,
  Validator,
} from "./source.ts";
