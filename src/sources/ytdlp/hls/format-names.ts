import type { SiteFormat } from "../media-format.ts";

/** Names formats by their identity, for maps with limits: what is weak cannot be counted. */
export class FormatNames {
  readonly #names = new WeakMap<SiteFormat, string>();
  #count = 0;

  of(format: SiteFormat): string {
    const known = this.#names.get(format);
    if (known !== undefined) {
      return known;
    }
    this.#count += 1;
    const name = String(this.#count);
    this.#names.set(format, name);
    return name;
  }
}
