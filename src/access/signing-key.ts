import { randomBytes } from "node:crypto";

/** A secret that signs stream addresses. Times are whole seconds since 1970. */
export interface SigningKey {
  /** Named in every address it signs: eight characters of base64url. */
  readonly id: string;
  /** 32 bytes, as much as HMAC-SHA-256 makes use of. */
  readonly secret: Uint8Array;
  /** Signs from then on, where no newer key does. */
  readonly signsFromSeconds: number;
  /** Addresses it signed are refused from then on; absent while it is not yet replaced. */
  readonly acceptedUntilSeconds?: number | undefined;
}

const secretBytes = 32;
const idBytes = 6;

/** Makes a new key out of the system's randomness. */
export function createSigningKey(signsFromSeconds = 0): SigningKey {
  return {
    id: randomBytes(idBytes).toString("base64url"),
    secret: new Uint8Array(randomBytes(secretBytes)),
    signsFromSeconds,
  };
}

/** How keys are replaced. */
export interface RotationOptions {
  readonly nowSeconds: number;
  /** How long the new key only verifies, so that other processes have read it before they meet it. */
  readonly headStartSeconds: number;
  /** How long the old keys go on verifying afterwards: at least as long as any address they signed may live. */
  readonly overlapSeconds: number;
}

/** The keys after a rotation: `newKey` signs next, those it replaces verify for a while, those whose time is over are gone. */
export function rotateKeys(
  keys: readonly SigningKey[],
  newKey: SigningKey,
  { nowSeconds, headStartSeconds, overlapSeconds }: RotationOptions,
): readonly SigningKey[] {
  const signsFromSeconds = nowSeconds + headStartSeconds;
  const replaced = keys
    .filter((key) => isAcceptedAt(key, nowSeconds))
    .map((key) => ({ ...key, acceptedUntilSeconds: key.acceptedUntilSeconds ?? signsFromSeconds + overlapSeconds }));
  return [{ ...newKey, signsFromSeconds }, ...replaced];
}

/** The key that signs now: the newest whose time has come. */
export function signingKeyAt(keys: readonly SigningKey[], nowSeconds: number): SigningKey | undefined {
  return keys
    .filter((key) => key.signsFromSeconds <= nowSeconds && isAcceptedAt(key, nowSeconds))
    .toSorted((one, other) => other.signsFromSeconds - one.signsFromSeconds)[0];
}

/** True while addresses that the key signed are let in. */
export function isAcceptedAt(key: SigningKey, nowSeconds: number): boolean {
  return key.acceptedUntilSeconds === undefined || nowSeconds < key.acceptedUntilSeconds;
}
