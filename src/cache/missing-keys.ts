import { BoundedMap } from "../bytes/index.ts";
import type { SourceError } from "../source/index.ts";

/** Keys that the source has lately said it does not hold. Only that is remembered: an outage or a refusal says nothing of the object. */
export class MissingKeys {
  readonly #believedForMs: number;
  readonly #keys: BoundedMap<{ readonly error: SourceError; readonly untilMs: number }>;

  constructor(believedForSeconds: number, limit: number) {
    this.#believedForMs = believedForSeconds * 1000;
    this.#keys = new BoundedMap(limit);
  }

  /** The answer of then, where it still counts. */
  find(key: string): SourceError | undefined {
    const missing = this.#keys.get(key);
    if (missing !== undefined && missing.untilMs <= Date.now()) {
      this.#keys.delete(key);
      return undefined;
    }
    return missing?.error;
  }

  note(key: string, error: SourceError): void {
    if (this.#believedForMs > 0) {
      this.#keys.set(key, { error, untilMs: Date.now() + this.#believedForMs });
    }
  }

  /** Asks anew about the keys for which `isMeant`. */
  forget(isMeant: (key: string) => boolean): void {
    for (const key of [...this.#keys.keys()].filter(isMeant)) {
      this.#keys.delete(key);
    }
  }
}
