export { formatKeyRing, parseKeyRing } from "./key-ring-text.ts";
export { createSigningKey, rotateKeys, type SigningKey } from "./signing-key.ts";
export { defaultStreamLifetime, longestStreamLife, resolveStreamExpiry, type StreamLifetime } from "./stream-expiry.ts";
export { createTokenSigner, type StreamClaims, type TokenSigner } from "./token-signer.ts";
