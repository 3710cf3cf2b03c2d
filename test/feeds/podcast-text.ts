/** An episode of a test podcast. */
export interface EpisodeText {
  readonly guid: string;
  readonly title: string;
  readonly enclosureUrl: string;
  readonly artworkUrl?: string | undefined;
}

/** A podcast's feed as its host would write it; `prolog` stands between declaration and root. */
export function podcastText(title: string, episodes: readonly EpisodeText[], prolog = ""): Uint8Array {
  const items = episodes.map(
    (episode) => `<item>
<guid isPermaLink="false">${episode.guid}</guid><title>${episode.title}</title>
<enclosure url="${episode.enclosureUrl}" type="audio/mpeg" length="0"/>
${episode.artworkUrl === undefined ? "" : `<itunes:image href="${episode.artworkUrl}"/>`}
</item>`,
  );
  const channel = `<channel><title>${title}</title>${items.join("\n")}</channel>`;
  return Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>${prolog}<rss version="2.0">${channel}</rss>`);
}

/** Ten entities, each ten times the one before: a few hundred bytes that mean gigabytes. */
export function billionLaughs(): string {
  const entities = Array.from({ length: 10 }, (_, depth) =>
    depth === 0 ? '<!ENTITY e0 "laugh">' : `<!ENTITY e${depth} "${`&e${depth - 1};`.repeat(10)}">`,
  );
  return `<!DOCTYPE rss [${entities.join("")}]>`;
}
