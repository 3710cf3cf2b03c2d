/** Bytes by name, up to a total; what was not asked for longest is dropped first. */
export class ByteLimitedMap {
  readonly #limitBytes: number;
  readonly #entries = new Map<string, Uint8Array>();
  #totalBytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  get(name: string): Uint8Array | undefined {
    const bytes = this.#entries.get(name);
    if (bytes !== undefined) {
      this.#entries.delete(name);
      this.#entries.set(name, bytes);
    }
    return bytes;
  }

  /** Keeps the bytes; of what is larger than a quarter of all nothing is kept, as it would drop too much else. */
  set(name: string, bytes: Uint8Array): void {
    this.#drop(name);
    if (bytes.length > this.#limitBytes / 4) {
      return;
    }
    this.#entries.set(name, bytes);
    this.#totalBytes += bytes.length;
    for (const oldest of this.#entries.keys()) {
      if (this.#totalBytes <= this.#limitBytes) {
        break;
      }
      this.#drop(oldest);
    }
  }

  #drop(name: string): void {
    this.#totalBytes -= this.#entries.get(name)?.length ?? 0;
    this.#entries.delete(name);
  }
}
