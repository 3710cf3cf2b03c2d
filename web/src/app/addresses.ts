/** Where things are in the app. Titles and names travel encoded, whatever they hold. */
export const addresses: {
  readonly item: (id: string) => string;
  readonly playlist: (id: string) => string;
  readonly ownPlaylist: (id: string) => string;
  readonly album: (id: string) => string;
  readonly artist: (id: string) => string;
  readonly folder: (source: string, prefix?: string) => string;
  readonly search: (text: string) => string;
} = {
  item: (id) => `/item/${encodeURIComponent(id)}`,
  playlist: (id) => `/playlist/${encodeURIComponent(id)}`,
  ownPlaylist: (id) => `/yours/playlist/${encodeURIComponent(id)}`,
  album: (id) => `/album/${encodeURIComponent(id)}`,
  artist: (id) => `/artist/${encodeURIComponent(id)}`,
  folder: (source, prefix = "") =>
    `/folders/${[source, ...prefix.split("/")].map((part) => encodeURIComponent(part)).join("/")}`,
  search: (text) => `/search?q=${encodeURIComponent(text)}`,
};
