import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { bytesObject, type UpstreamObject } from "../upstream/upstream-object.ts";

/** What an address that has expired answers. */
export type Expired = 403 | 404 | 410 | "landing page" | "other length" | "reset";

/** One format of a video, as the site's API tells yt-dlp of it, and its bytes. */
export interface SiteFormat {
  readonly id: string;
  readonly object: UpstreamObject;
  readonly ext: string;
  readonly vcodec: string;
  readonly acodec: string;
  readonly height?: number;
  readonly tbr?: number;
  /** What else yt-dlp shall print of it. */
  readonly extra?: Readonly<Record<string, unknown>>;
  /** A parameter `lmt` of the address that names the version. */
  readonly addressVersion?: string;
}

/** A file of the site: what it holds, or what it holds at the time it is asked for, or a status instead. */
export type SiteFile = Buffer | string | (() => Buffer | string | number);

/** A video of the site. */
export interface SiteVideo {
  readonly title: string;
  readonly formats: readonly SiteFormat[];
  /** Playlists and what they list, by name; their addresses expire as those of formats do. */
  readonly files?: ReadonlyMap<string, SiteFile>;
  /** Of the files, those which yt-dlp reads itself (HLS masters, DASH manifests) for further formats. */
  readonly manifests?: { readonly m3u8?: readonly string[]; readonly mpd?: readonly string[] };
  /** Of the files, those that are formats as they are: a playlist of which yt-dlp knows no more than the address. */
  readonly playlists?: readonly string[];
  readonly extra?: Readonly<Record<string, unknown>>;
  /** Refused with these words. */
  readonly error?: string;
}

/** One request for media. */
export interface MediaRequest {
  readonly video: string;
  readonly format: string;
  readonly range: string | undefined;
  readonly headers: IncomingMessage["headers"];
  status: number;
  bodyBytes: number;
}

/** A site with videos, lists and a search, whose media addresses expire: what yt-dlp meets, without the network. */
export class TestSite implements AsyncDisposable {
  /** How long a media address works, in milliseconds. */
  addressLifeMs = 60_000;
  /** What it answers then. */
  expired: Expired = 403;
  /** Whether bodies under way are cut when their address expires. */
  cutsAtExpiry = false;
  /** How long a page of a list or search takes. */
  apiDelayMs = 0;
  readonly media: MediaRequest[] = [];
  /** How often each video's page was asked for: once for each time it is resolved. */
  readonly resolves = new Map<string, number>();
  /** The addresses that requests came from, for pages and media alike. */
  readonly askers = new Set<string>();
  /** What its service suggests for what is typed. */
  suggestions: readonly string[] = [];
  /** Paths of API requests, in order. */
  readonly apiRequests: string[] = [];
  /** Addresses made before are void from this time on, whatever they say of themselves. */
  #voidBefore = 0;
  readonly #videos = new Map<string, SiteVideo>();
  readonly #lists = new Map<string, number>();
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      this.#answer(request, response).catch(() => response.destroy());
    });
  }

  static async start(): Promise<TestSite> {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new TestSite(server);
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  put(id: string, video: SiteVideo): void {
    this.#videos.set(id, video);
  }

  /** A list of so many videos, `v0` and on. */
  putList(id: string, length: number): void {
    this.#lists.set(id, length);
  }

  /** Makes all addresses given out so far expire now. */
  expireAll(): void {
    this.#voidBefore = Date.now() + 1;
  }

  watchAddress(id: string): string {
    return `${this.origin}/watch/${id}`;
  }

  resolveCount(id: string): number {
    return this.resolves.get(id) ?? 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, "close");
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", this.origin);
    this.askers.add(request.socket.remoteAddress ?? "");
    const [, first, kind, id = "", format = ""] = url.pathname.split("/");
    if (first === "media") {
      await this.#answerMedia(request, response, url, kind ?? "", id);
      return;
    }
    if (first === "files") {
      await this.#answerFile(request, response, url.pathname);
      return;
    }
    if (first === "redirect") {
      response.writeHead(302, { location: url.searchParams.get("to") ?? "/" }).end();
      return;
    }
    this.apiRequests.push(url.pathname + url.search);
    await sleep(this.apiDelayMs);
    const page = Number(url.searchParams.get("page") ?? 0);
    const found =
      first !== "api"
        ? undefined
        : kind === "video"
          ? this.#videoInfo(id)
          : kind === "list"
            ? this.#listPage(id, page)
            : kind === "search"
              ? this.#searchPage(url.searchParams.get("q") ?? "", page)
              : kind === "complete"
                ? [id, this.suggestions.filter((text) => text.startsWith(url.searchParams.get("q") ?? ""))]
                : undefined;
    response.writeHead(found === undefined ? 404 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(found ?? { error: `nothing here ${format}` }));
  }

  #videoInfo(id: string): object | undefined {
    const video = this.#videos.get(id);
    this.resolves.set(id, this.resolveCount(id) + 1);
    if (video === undefined || video.error !== undefined) {
      return video && { error: video.error };
    }
    const madeAt = Date.now();
    const expire = Math.ceil((madeAt + this.addressLifeMs) / 1000);
    const formats = video.formats.map((format) => ({
      format_id: format.id,
      url: `${this.origin}/media/${id}/${format.id}?made=${madeAt}&expire=${expire}${format.addressVersion === undefined ? "" : `&lmt=${format.addressVersion}`}`,
      ext: format.ext,
      vcodec: format.vcodec,
      acodec: format.acodec,
      height: format.height,
      tbr: format.tbr,
      filesize: format.object.sizeBytes,
      ...format.extra,
    }));
    const fileAddress = (name: string): string => `${this.origin}/files/${id}/${madeAt}/expire/${expire}/${name}`;
    const playlists = (video.playlists ?? []).map((name) => ({
      format_id: name,
      url: fileAddress(name),
      ext: "mp4",
      protocol: "m3u8_native",
    }));
    return {
      id,
      title: video.title,
      uploader: "Ann",
      duration: 60,
      formats: [...formats, ...playlists],
      m3u8: (video.manifests?.m3u8 ?? []).map(fileAddress),
      mpd: (video.manifests?.mpd ?? []).map(fileAddress),
      ...this.#thumbnail(id),
      ...video.extra,
    };
  }

  async #answerFile(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const [id = "", made, , , ...rest] = path.split("/").slice(2);
    const name = decodeURIComponent(rest.join("/"));
    const { range } = request.headers;
    const record = { video: id, format: name, range, headers: request.headers, status: 0, bodyBytes: 0 };
    this.media.push(record);
    const file = this.#videos.get(id)?.files?.get(name);
    const content = typeof file === "function" ? file() : (file ?? 404);
    const isOver = Number(made) < this.#voidBefore || Number(made) + this.addressLifeMs <= Date.now();
    if (isOver || typeof content === "number") {
      record.status = isOver ? answerExpired(response, this.expired) : Number(content);
      if (!isOver) response.writeHead(record.status).end();
      return;
    }
    const bytes = Buffer.from(content);
    const mediaType = name.endsWith(".m3u8") ? "application/vnd.apple.mpegurl" : "application/octet-stream";
    await sendObject(request, response, bytesObject(bytes, { mediaType }), record);
  }

  #thumbnail(id: string): { thumbnail: string } {
    return { thumbnail: `${this.origin}/thumbnail/${id}.jpg` };
  }

  #listPage(id: string, page: number): object | undefined {
    const length = this.#lists.get(id);
    const ids = Array.from(
      { length: Math.max(0, Math.min(100, (length ?? 0) - page * 100)) },
      (_, i) => page * 100 + i,
    );
    return length === undefined ? undefined : { title: `List ${id}`, entries: ids.map((n) => this.#entry(`v${n}`)) };
  }

  #searchPage(query: string, page: number): object {
    const ids = [...this.#videos].filter(([, { title }]) => title.includes(query)).map(([id]) => id);
    return { entries: ids.slice(page * 10, page * 10 + 10).map((id) => this.#entry(id)) };
  }

  #entry(id: string): object {
    const title = this.#videos.get(id)?.title ?? `Video ${id}`;
    const flags = this.#videos.get(id)?.extra ?? {};
    return { id, url: this.watchAddress(id), title, uploader: "Ann", duration: 60, ...this.#thumbnail(id), ...flags };
  }

  async #answerMedia(
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
    id: string,
    formatId: string,
  ): Promise<void> {
    const format = this.#videos.get(id)?.formats.find((candidate) => candidate.id === formatId);
    const record = {
      video: id,
      format: formatId,
      range: request.headers.range,
      headers: request.headers,
      status: 0,
      bodyBytes: 0,
    };
    this.media.push(record);
    const madeAt = Number(url.searchParams.get("made"));
    const leftMs = madeAt < this.#voidBefore ? 0 : madeAt + this.addressLifeMs - Date.now();
    if (leftMs <= 0 || format === undefined) {
      record.status = answerExpired(response, this.expired);
      return;
    }
    const cut = this.cutsAtExpiry ? setTimeout(() => response.destroy(), leftMs) : undefined;
    await sendObject(request, response, format.object, record).finally(() => clearTimeout(cut));
  }
}

function answerExpired(response: ServerResponse, how: Expired): number {
  switch (how) {
    case "reset":
      response.destroy();
      return 0;
    case "landing page":
      response.writeHead(200, { "content-type": "text/html" }).end("<p>This address has expired.</p>");
      return 200;
    case "other length":
      response.writeHead(206, { "content-type": "video/mp4", "content-range": "bytes 0-0/1" }).end("x");
      return 206;
    default:
      response.writeHead(how).end();
      return how;
  }
}

async function sendObject(
  request: IncomingMessage,
  response: ServerResponse,
  object: UpstreamObject,
  record: MediaRequest,
): Promise<void> {
  const { sizeBytes, etag, lastModified, mediaType } = object;
  const condition = request.headers["if-match"];
  const [, from = "", to = ""] = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? "") ?? [];
  const start = from === "" ? (to === "" ? 0 : sizeBytes - Number(to)) : Number(from);
  const end = from === "" || to === "" ? sizeBytes : Math.min(Number(to) + 1, sizeBytes);
  record.status =
    condition !== undefined && condition !== etag
      ? 412
      : request.headers.range === undefined
        ? 200
        : start < end
          ? 206
          : 416;
  response.writeHead(record.status, {
    "accept-ranges": "bytes",
    ...(mediaType !== undefined && { "content-type": mediaType }),
    ...(etag !== undefined && { etag }),
    ...(lastModified !== undefined && { "last-modified": lastModified.toUTCString() }),
    ...(record.status === 206 && { "content-range": `bytes ${start}-${end - 1}/${sizeBytes}` }),
    ...(record.status < 300 && { "content-length": end - start }),
  });
  if (record.status >= 300 || request.method === "HEAD") {
    response.end();
    return;
  }
  for (let position = start; position < end && !response.destroyed;) {
    const chunk = object.view(position, Math.min(end - position, 65_536));
    position += chunk.length;
    record.bodyBytes += chunk.length;
    // Called back with an error where the client has left.
    await new Promise<void>((resolve) => response.write(chunk, () => resolve()));
  }
  response.end();
}
