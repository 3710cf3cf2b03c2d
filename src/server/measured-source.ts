import type { ByteRange, ByteSink } from "../bytes/index.ts";
import type {
  CallOptions,
  Caching,
  ListOptions,
  ListPage,
  LocateOptions,
  MediaObject,
  OpenOptions,
  ReadOptions,
  Revalidation,
  Source,
  UpstreamMeter,
  Validator,
} from "../source/index.ts";

/**
 * Adds up what a source costs upstream, whoever asked: below a cache much is read for several viewers at once, or for none that is
 * still there.
 */
export function measuredSource(source: Source, totals: UpstreamMeter): Source {
  const metered = <Options extends CallOptions>(options: Options | undefined): Options =>
    ({ ...options, meter: meterInto(totals, options?.meter) }) as Options;
  return {
    location: source.location,
    open: async (key: string, options?: OpenOptions): Promise<MediaObject> =>
      new MeasuredObject(await source.open(key, metered(options)), metered),
    revalidate: (key: string, validator: Validator, options?: CallOptions): Promise<Revalidation> =>
      source.revalidate(key, validator, metered(options)),
    list: (prefix: string, options?: ListOptions): Promise<ListPage> => source.list(prefix, metered(options)),
    locate: (key: string, options: LocateOptions): Promise<URL> => source.locate(key, metered(options)),
    check: (options?: CallOptions): Promise<void> => source.check(metered(options)),
    [Symbol.asyncDispose]: () => source[Symbol.asyncDispose](),
  };
}

/** A meter that adds to two. */
function meterInto(totals: UpstreamMeter, meter: UpstreamMeter | undefined): UpstreamMeter {
  return meter === undefined ? totals : new ForkedMeter(totals, meter);
}

class ForkedMeter implements UpstreamMeter {
  readonly #totals: UpstreamMeter;
  readonly #meter: UpstreamMeter;

  constructor(totals: UpstreamMeter, meter: UpstreamMeter) {
    this.#totals = totals;
    this.#meter = meter;
  }

  get requests(): number {
    return this.#meter.requests;
  }

  set requests(count: number) {
    this.#totals.requests += count - this.#meter.requests;
    this.#meter.requests = count;
  }

  get resumes(): number | undefined {
    return this.#meter.resumes;
  }

  set resumes(count: number | undefined) {
    this.#totals.resumes = (this.#totals.resumes ?? 0) + (count ?? 0) - (this.#meter.resumes ?? 0);
    this.#meter.resumes = count;
  }

  get hedges(): number | undefined {
    return this.#meter.hedges;
  }

  set hedges(count: number | undefined) {
    this.#totals.hedges = (this.#totals.hedges ?? 0) + (count ?? 0) - (this.#meter.hedges ?? 0);
    this.#meter.hedges = count;
  }

  get bytes(): number {
    return this.#meter.bytes;
  }

  set bytes(count: number) {
    this.#totals.bytes += count - this.#meter.bytes;
    this.#meter.bytes = count;
  }
}

class MeasuredObject implements MediaObject {
  readonly sizeBytes: number | undefined;
  readonly validator: Validator | undefined;
  readonly mediaType: string | undefined;
  readonly modifiedAt: Date | undefined;
  readonly #object: MediaObject;
  readonly #metered: (options: ReadOptions | undefined) => ReadOptions;

  constructor(object: MediaObject, metered: (options: ReadOptions | undefined) => ReadOptions) {
    this.#object = object;
    this.#metered = metered;
    this.sizeBytes = object.sizeBytes;
    this.validator = object.validator;
    this.mediaType = object.mediaType;
    this.modifiedAt = object.modifiedAt;
  }

  get caching(): Caching | undefined {
    return this.#object.caching;
  }

  read(range: ByteRange, sink: ByteSink, options?: ReadOptions): Promise<void> {
    return this.#object.read(range, sink, this.#metered(options));
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.#object[Symbol.asyncDispose]();
  }
}
