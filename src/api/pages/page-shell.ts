import { html } from "hono/html";
import { resolveAssetHref } from "./listing-assets.ts";

/** HTML that is already escaped; what is not is escaped where it is put in. */
export type Markup = ReturnType<typeof html>;

/** What the pages are served with: nothing runs or loads but our own files, whatever a name managed to smuggle in. */
export const listingContentSecurityPolicy: string = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "media-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** A whole page. `title` is plain text. */
export function renderShell(page: { readonly title: string; readonly main: Markup; readonly player?: Markup }): string {
  return String(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="color-scheme" content="light dark">
<meta name="theme-color" content="#f4f6f7" media="(prefers-color-scheme: light)">
<meta name="theme-color" content="#0b1317" media="(prefers-color-scheme: dark)">
<title>${page.title}</title>
<link rel="icon" href="${resolveAssetHref("favicon.svg")}" type="image/svg+xml">
<link rel="stylesheet" href="${resolveAssetHref("listing.css")}">
<script type="module" src="${resolveAssetHref("listing.js")}"></script>
</head>
<body>
<a class="skip" href="#content">Skip to the list</a>
<header class="masthead">
<a class="brand" href="/"><svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false"><path class="gate" d="M7 3.5v25M25 3.5v25M7 6.5h18M16 6.5v7"/><rect class="leaf" x="10.5" y="9" width="11" height="6.5" rx="1.5"/><path class="stream" d="M3 20.5c2.2-1.8 4.3-1.8 6.5 0s4.3 1.8 6.5 0 4.3-1.8 6.5 0 4.3 1.8 6.5 0M3 26c2.2-1.8 4.3-1.8 6.5 0s4.3 1.8 6.5 0 4.3-1.8 6.5 0 4.3 1.8 6.5 0"/></svg><span>Sluice</span></a>
</header>
<main id="content" tabindex="-1">
${page.main}
</main>
${page.player ?? ""}
</body>
</html>
`);
}
