import { pathToFileURL } from "node:url";
import type { SourceLocation } from "./location.ts";

/** What a source is in the library, whatever it is called and with whose keys it is read: ids of items hang on it. */
export function sourceIdentityOf(location: SourceLocation): string {
  switch (location.kind) {
    case "local":
      return pathToFileURL(`${location.root}/`).href;
    case "http":
      return location.baseUrl.href;
    case "feed":
      // With its query: one address may give many feeds, told apart by it alone.
      return `feed:${location.address.href}`;
    case "ytdlp":
      return location.text;
    case "s3": {
      const { bucket, prefix = "", endpoint } = location;
      const place = `s3://${bucket}/${encodeURI(prefix)}`;
      return endpoint === undefined ? place : `${place}?endpoint=${encodeURIComponent(endpoint.href)}`;
    }
  }
}
