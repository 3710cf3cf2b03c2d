import type { S3Client, S3ClientConfig } from "@aws-sdk/client-s3";
import type { SignatureV4 } from "@smithy/signature-v4";
import { parseHttpDate } from "../http/index.ts";
import { type CallOptions, type ListEntry, type ListPage, type LocateOptions, SourceError } from "../source/index.ts";

/** Fixed credentials, where the default chain (environment, profiles, instance roles) is not wanted. */
export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/** Which bucket, and how it is reached. */
export interface S3BucketOptions {
  readonly bucket: string;
  /** Address of a compatible store. @default AWS's, by region */
  readonly endpoint?: URL | undefined;
  /** @default the SDK's: AWS_REGION or the profile's; `us-east-1` for an endpoint of one's own */
  readonly region?: string | undefined;
  /** `https://host/bucket/key` instead of `https://bucket.host/key`. @default true for an endpoint of one's own */
  readonly pathStyle?: boolean | undefined;
  /** Sends requests unsigned, for public buckets. @default false */
  readonly anonymous?: boolean | undefined;
  /** @default the SDK's default chain */
  readonly credentials?: S3Credentials | undefined;
}

/** A request that is ready to be sent. */
export interface SignedRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
}

interface Connected {
  readonly client: S3Client;
  readonly sdk: typeof import("@aws-sdk/client-s3");
  readonly signer: SignatureV4 | undefined;
  readonly baseUrl: URL;
}

/** A bucket through AWS's own SDK: endpoints, credentials, signing and listing. Bodies are read elsewhere. */
export class S3Bucket implements AsyncDisposable {
  readonly #options: S3BucketOptions;
  readonly #location: string;
  /** Loaded at first use: the SDK takes longer to load than all the rest of the program. */
  #connected: Promise<Connected> | undefined;
  #clockOffsetMs = 0;

  constructor(options: S3BucketOptions, location: string) {
    this.#options = options;
    this.#location = location;
  }

  /** Signs a request. Range and conditions are left out of the signature, so they may be added. */
  async sign(method: "GET" | "HEAD", key: string): Promise<SignedRequest> {
    const { signer, baseUrl } = await this.#connect();
    const url = new URL(baseUrl);
    url.pathname = `${baseUrl.pathname.replace(/\/$/, "")}/${key.split("/").map(encodeSegment).join("/")}`;
    if (signer === undefined) {
      return { url, headers: {} };
    }
    try {
      const request = {
        method,
        protocol: url.protocol,
        hostname: url.hostname,
        path: url.pathname,
        headers: { host: url.host },
      };
      const signingDate = new Date(Date.now() + this.#clockOffsetMs);
      const { host: _, ...headers } = (await signer.sign(request, { signingDate })).headers;
      return { url, headers };
    } catch (error) {
      throw this.#translate(error, `Cannot sign a request for "${key}"`);
    }
  }

  /** An address of the store's own that works for `lifetimeSeconds`, for this method alone. */
  async presign(key: string, options: LocateOptions): Promise<URL> {
    const { client, sdk } = await this.#connect();
    if (this.#options.anonymous === true) {
      return (await this.sign(options.method, key)).url;
    }
    const { getSignedUrl } = await import("@aws-sdk/s3-request-presigner");
    const input = { Bucket: this.#options.bucket, Key: key };
    const command = options.method === "HEAD" ? new sdk.HeadObjectCommand(input) : new sdk.GetObjectCommand(input);
    try {
      return new URL(await getSignedUrl(client, command, { expiresIn: options.lifetimeSeconds }));
    } catch (error) {
      throw this.#translate(error, `Cannot sign an address of "${key}"`);
    }
  }

  /** One page of what lies directly below `prefix`; keys are whole. */
  async list(prefix: string, limit: number, options: CallOptions & { cursor?: string | undefined }): Promise<ListPage> {
    const { client, sdk } = await this.#connect();
    const command = new sdk.ListObjectsV2Command({
      Bucket: this.#options.bucket,
      Prefix: prefix,
      Delimiter: "/",
      MaxKeys: limit,
      ...(options.cursor === undefined ? {} : { ContinuationToken: options.cursor }),
    });
    try {
      const page = await client.send(command, options.signal === undefined ? {} : { abortSignal: options.signal });
      const folders: ListEntry[] = (page.CommonPrefixes ?? []).map(({ Prefix }) => ({
        kind: "prefix",
        key: Prefix ?? "",
      }));
      const objects: ListEntry[] = (page.Contents ?? []).map(({ Key, Size, LastModified }) => ({
        kind: "object",
        key: Key ?? "",
        sizeBytes: Size,
        modifiedAt: LastModified,
      }));
      const entries = [...folders, ...objects].sort((a, b) => (a.key < b.key ? -1 : 1));
      return page.NextContinuationToken === undefined
        ? { entries }
        : { entries, nextCursor: page.NextContinuationToken };
    } catch (error) {
      throw this.#translate(error, `Cannot list "${prefix}"`, options.signal);
    }
  }

  /**
   * Learns from a server's Date how wrong our clock is; signatures count for 15 minutes either way.
   * @returns true where that explains a refusal, and the request is worth repeating
   */
  correctClock(date: string | undefined): boolean {
    const serverSeconds = parseHttpDate(date ?? "");
    if (serverSeconds === undefined) {
      return false;
    }
    const offsetMs = serverSeconds * 1000 - Date.now();
    const isOff = Math.abs(offsetMs - this.#clockOffsetMs) > 4 * 60_000;
    if (isOff) {
      this.#clockOffsetMs = offsetMs;
    }
    return isOff;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    (await this.#connected?.catch(() => undefined))?.client.destroy();
  }

  #connect(): Promise<Connected> {
    this.#connected ??= this.#load().catch((error: unknown) => {
      this.#connected = undefined;
      throw this.#translate(error, "Cannot prepare requests");
    });
    return this.#connected;
  }

  async #load(): Promise<Connected> {
    const [sdk, { SignatureV4 }] = await Promise.all([import("@aws-sdk/client-s3"), import("@smithy/signature-v4")]);
    const client = new sdk.S3Client(clientConfig(this.#options));
    const { config } = client;
    const endpoint = config.endpointProvider({
      Bucket: this.#options.bucket,
      Region: await config.region(),
      ForcePathStyle: isPathStyle(this.#options),
      Endpoint: this.#options.endpoint?.href,
      UseFIPS: await config.useFipsEndpoint(),
      UseDualStack: await config.useDualstackEndpoint(),
    });
    const { credentials, region, sha256 } = config;
    const isAnonymous = this.#options.anonymous === true;
    const signer = isAnonymous
      ? undefined
      : new SignatureV4({ credentials, region, sha256, service: "s3", uriEscapePath: false });
    return { client, sdk, signer, baseUrl: endpoint.url };
  }

  /** Says in one sentence what the SDK means, and what to do. */
  #translate(error: unknown, doing: string, signal?: AbortSignal): SourceError {
    if (error instanceof SourceError) {
      return error;
    }
    const name = error instanceof Error ? error.name : "";
    const status = statusOf(error);
    const message = `${doing} in ${this.#location}: ${describe(error, name)}`;
    if (signal?.aborted === true) {
      return new SourceError("aborted", message, { cause: error });
    }
    if (status === 403 || status === 401 || name === "CredentialsProviderError") {
      return new SourceError("forbidden", message, { cause: error });
    }
    return new SourceError("unavailable", message, { cause: error, retryable: status === undefined || status >= 500 });
  }
}

function clientConfig(options: S3BucketOptions): S3ClientConfig {
  const region = options.region ?? (options.endpoint === undefined ? undefined : "us-east-1");
  return {
    forcePathStyle: isPathStyle(options),
    // Checksums of a whole object mean nothing to its ranges.
    responseChecksumValidation: "WHEN_REQUIRED",
    ...(region === undefined ? {} : { region }),
    ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint.href }),
    ...(options.credentials === undefined ? {} : { credentials: fixedCredentials(options.credentials) }),
    ...(options.anonymous === true ? unsigned : {}),
  };
}

/** The SDK asks for credentials even where its signer does not use them. */
const unsigned: S3ClientConfig = {
  credentials: { accessKeyId: "", secretAccessKey: "" },
  signer: { sign: async (request) => request },
};

function fixedCredentials({ accessKeyId, secretAccessKey, sessionToken }: S3Credentials): {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
} {
  return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
}

function isPathStyle(options: S3BucketOptions): boolean {
  return options.pathStyle ?? options.endpoint !== undefined;
}

/** RFC 3986's unreserved characters alone stay, as the signature's canonical form wants. */
function encodeSegment(segment: string): string {
  return encodeURIComponent(segment).replace(/[!'()*]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  });
}

function statusOf(error: unknown): number | undefined {
  const metadata = error instanceof Error && "$metadata" in error ? error.$metadata : undefined;
  const hasStatus = typeof metadata === "object" && metadata !== null && "httpStatusCode" in metadata;
  return hasStatus && typeof metadata.httpStatusCode === "number" ? metadata.httpStatusCode : undefined;
}

function describe(error: unknown, name: string): string {
  if (name === "CredentialsProviderError") {
    return "no credentials found; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, or anonymous=true";
  }
  if (error instanceof Error && error.message === "Region is missing") {
    return "no region is known; set region=… or AWS_REGION";
  }
  const text = error instanceof Error && error.message !== "UnknownError" ? error.message : name;
  return name === "" || name === "Error" || text.startsWith(name) ? text : `${name}: ${text}`;
}
