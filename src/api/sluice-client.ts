import type {
  AlbumPage,
  ApiProblem,
  CreatorPage,
  FolderPage,
  HomeAnswer,
  Item,
  ItemPage,
  MediaKind,
  Playlist,
  PlaylistEntryPage,
  PlaylistPage,
  RelatedAnswer,
  SearchAnswer,
  SourcesAnswer,
  StreamAnswer,
  SuggestAnswer,
} from "./contract.ts";

/** What lists accept. */
export interface PageParameters {
  readonly cursor?: string | undefined;
  /** 1 to 100. @default 50 */
  readonly limit?: number | undefined;
}

/** What lists that can be narrowed accept. */
export interface FilterParameters extends PageParameters {
  readonly kind?: readonly MediaKind[] | undefined;
  /** Names of sources. */
  readonly source?: readonly string[] | undefined;
}

/** How a call may be stopped. */
export interface CallParameters {
  readonly signal?: AbortSignal | undefined;
}

/** A Sluice server's API. Every call rejects with a {@link SluiceProblem} where the server refuses, and with `fetch`'s own error where it is out of reach. */
export interface SluiceClient {
  search(
    text: string,
    parameters?: FilterParameters & {
      readonly sort?: "relevance" | "title" | "added";
      /** Whether to ask sources at once; `first`: with no more than what they find within a second. */
      readonly live?: boolean | "first";
    },
    call?: CallParameters,
  ): Promise<SearchAnswer>;
  suggest(text: string, call?: CallParameters): Promise<SuggestAnswer>;
  home(call?: CallParameters): Promise<HomeAnswer>;
  items(
    parameters?: FilterParameters & {
      readonly album?: string;
      readonly creator?: string;
      readonly order?: "added" | "title";
    },
    call?: CallParameters,
  ): Promise<ItemPage>;
  item(id: string, call?: CallParameters): Promise<Item>;
  related(id: string, call?: CallParameters): Promise<RelatedAnswer>;
  /** A fresh address to play at; asked again when it has expired. */
  stream(
    id: string,
    parameters?: { readonly format?: string | undefined },
    call?: CallParameters,
  ): Promise<StreamAnswer>;
  albums(parameters?: PageParameters, call?: CallParameters): Promise<AlbumPage>;
  creators(parameters?: PageParameters, call?: CallParameters): Promise<CreatorPage>;
  playlists(parameters?: PageParameters, call?: CallParameters): Promise<PlaylistPage>;
  playlist(id: string, call?: CallParameters): Promise<Playlist>;
  playlistEntries(id: string, parameters?: PageParameters, call?: CallParameters): Promise<PlaylistEntryPage>;
  browse(source: string, prefix?: string, parameters?: PageParameters, call?: CallParameters): Promise<FolderPage>;
  sources(call?: CallParameters): Promise<SourcesAnswer>;
  /** Makes ready what will be played soon. */
  prepare(id: string): Promise<void>;
  /** Counts a play. */
  recordPlay(id: string, play?: { readonly previousItemId?: string | undefined }): Promise<void>;
  /** Where `EventSource` listens: events named `source`, each a `SourceStatus`, and `reset`: read everything anew. */
  readonly eventsUrl: string;
  /** A whole address of what the API gives as one relative to the server: a stream, a picture, captions. */
  resolveUrl(href: string): string;
}

/** Why the server refused. */
export class SluiceProblem extends Error {
  override readonly name = "SluiceProblem";
  readonly status: number;
  /** Stable, for programs: `unknown-item`, `expired`. */
  readonly code: string;
  /** Seconds to wait before asking again, where the server said so. */
  readonly retryAfterSeconds: number | undefined;

  constructor({ status, code, detail }: Pick<ApiProblem, "status" | "code" | "detail">, retryAfterSeconds?: number) {
    super(detail);
    this.status = status;
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

type Parameters = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/**
 * Creates a client of a server's API v3. Runs wherever `fetch` does.
 * @param baseUrl the server's address: `https://media.example`; in a page of the server's own, `location.origin`
 */
export function createSluiceClient(baseUrl: string, fetchJson: typeof fetch = fetch): SluiceClient {
  const root = `${baseUrl.replace(/\/+$/, "")}/api/v3`;

  async function request(path: string, init: RequestInit): Promise<Response> {
    const response = await fetchJson(root + path, init);
    if (!response.ok) {
      throw await problemIn(response);
    }
    return response;
  }
  async function get<Answer>(
    path: string,
    { signal }: CallParameters = {},
    parameters: Parameters = {},
  ): Promise<Answer> {
    const response = await request(path + queryOf(parameters), signal === undefined ? {} : { signal });
    return (await response.json()) as Answer;
  }
  async function post(path: string, body?: object): Promise<void> {
    const json = { headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
    // A page that is being left may still tell what was played.
    await request(path, { method: "POST", keepalive: true, ...(body === undefined ? {} : json) });
  }
  const item = (id: string): string => `/items/${encodeURIComponent(id)}`;
  const playlist = (id: string): string => `/playlists/${encodeURIComponent(id)}`;

  return {
    search: (q, parameters, call) => get("/search", call, { q, ...parameters }),
    suggest: (q, call) => get("/suggest", call, { q }),
    home: (call) => get("/home", call),
    items: (parameters, call) => get("/items", call, { ...parameters }),
    item: (id, call) => get(item(id), call),
    related: (id, call) => get(`${item(id)}/related`, call),
    stream: (id, parameters, call) => get(`${item(id)}/stream`, call, { ...parameters }),
    albums: (parameters, call) => get("/albums", call, { ...parameters }),
    creators: (parameters, call) => get("/creators", call, { ...parameters }),
    playlists: (parameters, call) => get("/playlists", call, { ...parameters }),
    playlist: (id, call) => get(playlist(id), call),
    playlistEntries: (id, parameters, call) => get(`${playlist(id)}/items`, call, { ...parameters }),
    browse: (source, prefix = "", parameters, call) => get(browsePath(source, prefix), call, { ...parameters }),
    sources: (call) => get("/sources", call),
    prepare: (id) => post(`${item(id)}/prepare`),
    recordPlay: (id, play = {}) => post(`${item(id)}/plays`, play),
    eventsUrl: `${root}/events`,
    resolveUrl: (href) => new URL(href, `${root}/`).href,
  };
}

function browsePath(source: string, prefix: string): string {
  return `/browse/${[source, ...prefix.split("/")].map(encodeURIComponent).join("/")}`;
}

function queryOf(parameters: Parameters): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    for (const one of value === undefined ? [] : [value].flat()) {
      query.append(name, String(one));
    }
  }
  return query.size === 0 ? "" : `?${query}`;
}

async function problemIn(response: Response): Promise<SluiceProblem> {
  const { status } = response;
  const retryAfter = Number(response.headers.get("retry-after") ?? Number.NaN);
  const told = (await response.json().catch(() => ({}))) as Partial<ApiProblem>;
  const { code = "unknown", detail = `The server answered with status ${status}.` } = told;
  return new SluiceProblem({ status, code, detail }, Number.isNaN(retryAfter) ? undefined : retryAfter);
}
