export { formatKeyRing, type ParsedKeyRing, parseKeyRing } from "./key-ring-text.ts";
export { createSigningKey, rotateKeys, type RotationOptions, type SigningKey } from "./signing-key.ts";
export { defaultStreamLifetime, longestStreamLife, resolveStreamExpiry, type StreamLifetime } from "./stream-expiry.ts";
export {
  createTokenSigner,
  type StreamClaims,
  type TokenSigner,
  type TokenSignerOptions,
  type TokenVerdict,
} from "./token-signer.ts";
