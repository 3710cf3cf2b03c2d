/** A map that forgets the entry set longest ago when it would grow beyond its limit: what is remembered must not fill the memory. */
export class BoundedMap<Value> extends Map<string, Value> {
  readonly #limit: number;

  constructor(limit: number) {
    super();
    this.#limit = limit;
  }

  /** Sets an entry, as the newest also where it was there before. */
  override set(key: string, value: Value): this {
    this.delete(key);
    const oldest = this.keys().next();
    if (this.size >= this.#limit && oldest.done !== true) {
      this.delete(oldest.value);
    }
    return super.set(key, value);
  }
}
