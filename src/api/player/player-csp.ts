// Of the empty string: the player's controls have empty style elements, which they fill by the CSSOM (web/shadow-styles.ts).
const emptyStyle = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='";

/** What the player's pages are served with: nothing runs, loads or is sent anywhere but here, whatever a title managed to smuggle in. */
export const playerContentSecurityPolicy: string = [
  "default-src 'none'",
  "script-src 'self'",
  `style-src 'self' ${emptyStyle}`,
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  "connect-src 'self' blob:",
  "worker-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");
