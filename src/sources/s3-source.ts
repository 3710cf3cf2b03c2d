import {
  type CallOptions,
  type ListOptions,
  type ListPage,
  type LocateOptions,
  type MediaObject,
  type OpenOptions,
  type Revalidation,
  type Source,
  SourceError,
  throwIfAborted,
  type Validator,
} from "../source/index.ts";
import { assertUsablePrefix, pageLimit } from "./key-listing.ts";
import { assertUsableKey } from "./object-key.ts";
import { S3Bucket, type S3BucketOptions } from "./s3-bucket.ts";
import { statusError } from "./upstream/range-answer.ts";
import { GuardedClient } from "./upstream/guarded-client.ts";
import { openRemoteObject, type RemoteKey, revalidateRemoteObject } from "./upstream/remote-object.ts";
import { createTarget, formatFieldLines, UpstreamClient } from "./upstream/upstream-client.ts";
import { UpstreamHealth } from "./upstream/upstream-health.ts";
import type { UpstreamResponse, UpstreamTimeouts } from "./upstream/upstream-response.ts";

export type { S3Credentials } from "./s3-bucket.ts";

/** Options of {@link createS3Source}. */
export interface S3SourceOptions extends S3BucketOptions {
  /** Only keys below it are seen, without it: `films/2024`. @default the whole bucket */
  readonly prefix?: string | undefined;
  readonly timeouts?: Partial<UpstreamTimeouts> | undefined;
}

/** Creates a source over a bucket of S3 or of a store that speaks its protocol. */
export function createS3Source(options: S3SourceOptions): Source {
  return new S3Source(options);
}

class S3Source implements Source {
  readonly location: string;
  readonly #prefix: string;
  readonly #bucket: S3Bucket;
  readonly #client: UpstreamClient;
  readonly #guarded: GuardedClient;

  constructor(options: S3SourceOptions) {
    const prefix = (options.prefix ?? "").replace(/^\/+|\/+$/g, "");
    this.#prefix = prefix === "" ? "" : `${prefix}/`;
    this.location = `s3://${options.bucket}/${prefix}`.replace(/\/$/, "");
    this.#bucket = new S3Bucket(options, this.location);
    this.#client = new UpstreamClient({ timeouts: options.timeouts });
    this.#guarded = new GuardedClient(this.#client, new UpstreamHealth(this.location));
  }

  async open(key: string, options: OpenOptions = {}): Promise<MediaObject> {
    return openRemoteObject(this.#remoteKey(key), options);
  }

  async revalidate(key: string, validator: Validator, options: CallOptions = {}): Promise<Revalidation> {
    return revalidateRemoteObject(this.#remoteKey(key), validator, options);
  }

  #remoteKey(key: string): RemoteKey {
    assertUsableKey(key, this.location);
    const name = `"${key}" in ${this.location}`;
    return {
      name,
      health: this.#guarded.health,
      send: (method, headers, call) => this.#request(method, key, name, headers, call),
    };
  }

  async list(prefix: string, options: ListOptions = {}): Promise<ListPage> {
    assertUsablePrefix(prefix, this.location);
    const page = await this.#bucket.list(this.#prefix + prefix, pageLimit(options), options);
    const entries = page.entries
      .map((entry) => ({ ...entry, key: entry.key.slice(this.#prefix.length) }))
      // The prefix's own marker object, and keys that no address of ours could name.
      .filter((entry) => entry.key !== prefix && isAddressable(entry.key));
    return { ...page, entries };
  }

  async locate(key: string, options: LocateOptions): Promise<URL> {
    throwIfAborted(options.signal, `Cannot locate "${key}" in ${this.location}`);
    assertUsableKey(key, this.location);
    return this.#bucket.presign(this.#prefix + key, options);
  }

  async check(options: CallOptions = {}): Promise<void> {
    await this.#bucket.list(this.#prefix, 1, options);
    this.#guarded.health.assertUp();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#client[Symbol.dispose]();
    await this.#bucket[Symbol.asyncDispose]();
  }

  async #request(
    method: "GET" | "HEAD",
    key: string,
    name: string,
    headers: Readonly<Record<string, string>>,
    options: CallOptions,
  ): Promise<UpstreamResponse> {
    const response = await this.#send(method, key, headers, options);
    // The server's clock tells whether a refusal came from ours being wrong.
    if (response.status === 403 && this.#bucket.correctClock(response.headers.get("date"))) {
      response.drop();
      return this.#send(method, key, headers, options);
    }
    await throwForStatus(name, response);
    return response;
  }

  async #send(
    method: "GET" | "HEAD",
    key: string,
    headers: Readonly<Record<string, string>>,
    options: CallOptions,
  ): Promise<UpstreamResponse> {
    const signed = await this.#bucket.sign(method, this.#prefix + key);
    return this.#guarded.request({
      method,
      target: createTarget(signed.url),
      fieldLines: formatFieldLines({
        ...signed.headers,
        "Accept-Encoding": "identity",
        "User-Agent": "sluice",
        ...headers,
      }),
      signal: options.signal,
      meter: options.meter,
    });
  }
}

function isAddressable(key: string): boolean {
  try {
    assertUsableKey(key.replace(/\/$/, ""), "");
    return true;
  } catch {
    return false;
  }
}

/** S3 tells in the body what is wrong; statuses that mean something to ranges pass. */
async function throwForStatus(name: string, response: UpstreamResponse): Promise<void> {
  const { status } = response;
  if (status < 300 || status === 304 || status === 412 || status === 416) {
    return;
  }
  const region = response.headers.get("x-amz-bucket-region");
  const code = await readErrorCode(response);
  if (status < 400 || code === "AuthorizationHeaderMalformed") {
    const where = region === undefined ? "another region or endpoint" : `region ${region}`;
    throw new SourceError("bad-upstream", `Cannot read ${name}: the bucket is in ${where}; configure that`);
  }
  if (code === "NoSuchBucket") {
    throw new SourceError("unavailable", `Cannot read ${name}: there is no such bucket`);
  }
  throw statusError(name, response, code);
}

async function readErrorCode(response: UpstreamResponse): Promise<string> {
  let text = "";
  try {
    for (let chunk = await response.read(); chunk !== undefined; chunk = await response.read()) {
      text += Buffer.from(chunk).toString("latin1");
      if (text.length > 16 * 1024) {
        break;
      }
    }
  } catch {
    // The status alone has to do.
  } finally {
    response.drop();
  }
  return /<Code>([A-Za-z0-9.]{1,80})<\/Code>/.exec(text)?.[1] ?? "";
}
