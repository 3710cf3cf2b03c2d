import type { MediaHandler } from "../delivery/index.ts";
import type { Source } from "../source/index.ts";

/** A source under the name it has in addresses, and the handler that delivers it. */
export interface MountedSource {
  readonly name: string;
  /** Where it lies, as far as viewers may know. */
  readonly label: string;
  readonly source: Source;
  readonly handler: MediaHandler;
}
