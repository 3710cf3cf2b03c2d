import { html as markup } from "hono/html";
import { resolveAssetHref } from "./listing-assets.ts";

/**
 * HTML that is already escaped; what is not is escaped where it is put in. The tag is imported as `markup`: under its
 * own name the formatter would re-indent the pages, and spaces between inline elements show.
 */
export type Markup = ReturnType<typeof markup>;

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

/** A whole page. `title` is plain text, `stylesheet` the name of an asset that the page needs besides the one of all. */
export function renderShell(page: {
  readonly title: string;
  readonly main: Markup;
  readonly player?: Markup;
  readonly stylesheet?: string;
}): string {
  const whole = markup`<!doctype html>
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
${page.stylesheet === undefined ? "" : markup`<link rel="stylesheet" href="${resolveAssetHref(page.stylesheet)}">`}
<script type="module" src="${resolveAssetHref("listing.js")}"></script>
</head>
<body>
<a class="skip" href="#content">Skip to the list</a>
<header class="masthead">
<a class="brand" href="/"><svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false"><path class="gate" d="M6 28V5h20v23"/><rect class="leaf" x="10" y="9" width="12" height="7" rx="1.8"/><path class="stream" d="M10 21.5c2-1.7 4-1.7 6 0s4 1.7 6 0M10 27c2-1.7 4-1.7 6 0s4 1.7 6 0"/></svg><span>Sluice</span></a>
</header>
<main id="content" tabindex="-1">
${page.main}
</main>
${page.player ?? ""}
</body>
</html>
`;
  if (whole instanceof Promise) throw new TypeError("A page is put together from values, never from promises");
  return String(whole);
}
