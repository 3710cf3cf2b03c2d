import { createHmac, timingSafeEqual } from "node:crypto";
import { isAcceptedAt, type SigningKey, signingKeyAt } from "./signing-key.ts";

/** What a stream address says, and nobody but us can. */
export interface StreamClaims {
  /** The one item it opens. */
  readonly itemId: string;
  /** In which form: `original`, or one that the item's source offers. */
  readonly format: string;
  /** The version it was made for; absent where any will do. */
  readonly version?: string | undefined;
  /** Whole seconds since 1970. */
  readonly expiresAtSeconds: number;
}

/** What a token turned out to be. Only `valid` opens anything. */
export type TokenVerdict =
  | { readonly kind: "valid"; readonly claims: StreamClaims }
  | { readonly kind: "expired"; readonly claims: StreamClaims }
  | { readonly kind: "refused"; readonly reason: "malformed" | "unknown-key" | "forged" };

/** Options of {@link createTokenSigner}. */
export interface TokenSignerOptions {
  /** Whole seconds since 1970. @default the system's clock */
  readonly nowSeconds?: (() => number) | undefined;
  /** How far clocks of several machines may lie apart. @default 60 */
  readonly clockToleranceSeconds?: number | undefined;
}

/** Signs stream addresses, and tells its own from all others. */
export interface TokenSigner {
  /**
   * A token for an address: `{key}.{expiry}.{item}.{format}.{version}.{mac}`, letters that need no escaping in a path.
   * @throws {RangeError} where a claim holds other characters, or no key signs now: mistakes of the caller
   */
  sign(claims: StreamClaims): string;
  /** Never throws, whatever the text. */
  verify(token: string): TokenVerdict;
  /**
   * Signs the name of a part of what `token` opens: `{mac}.{name}`. It counts for that token alone, and as long.
   * @param name letters, digits, `_`, `~`, `+`, `-` and `.`
   * @throws {RangeError} where the name holds other characters, or the token is not ours
   */
  signPart(token: string, name: string): string;
  /** The name in what {@link TokenSigner.signPart} gave for the same token; `undefined` for all else. Whether the token is valid it does not tell. */
  verifyPart(token: string, part: string): string | undefined;
}

/** Longer than any token of ours: item ids of live results carry the whole address of what they name. */
const maxTokenLength = 4096;
const claimPattern = /^[\w~+-]*$/;
/** Separates these signatures from whatever else the keys may sign one day. */
const purpose = "sluice stream 1\n";
const partPurpose = "sluice part 1\n";
const partPattern = /^[\w~+.-]{1,256}$/;
/** 128 bits: a list has one for each of thousands of parts. */
const partMacLength = 22;
const refuse = (reason: "malformed" | "unknown-key" | "forged"): TokenVerdict => ({ kind: "refused", reason });

/**
 * Creates a signer.
 * @param keys asked at every call, so that a rotation takes effect at once
 */
export function createTokenSigner(keys: () => readonly SigningKey[], options: TokenSignerOptions = {}): TokenSigner {
  const { nowSeconds = () => Math.floor(Date.now() / 1000), clockToleranceSeconds = 60 } = options;

  function keyNamed(keyId: string | undefined): SigningKey | undefined {
    return keys().find((candidate) => candidate.id === keyId && isAcceptedAt(candidate, nowSeconds()));
  }

  function sign(claims: StreamClaims): string {
    const { itemId, format, version = "", expiresAtSeconds } = claims;
    const key = signingKeyAt(keys(), nowSeconds());
    if (key === undefined) {
      throw new RangeError("Cannot sign a stream address: no key of the ring signs now");
    }
    const isSignable =
      itemId !== "" && format !== "" && [itemId, format, version].every((text) => claimPattern.test(text));
    if (!isSignable || !Number.isSafeInteger(expiresAtSeconds) || expiresAtSeconds < 0) {
      throw new RangeError(`Cannot sign a stream address for ${JSON.stringify(claims)}: a claim is not of its form`);
    }
    const signed = [key.id, expiresAtSeconds.toString(36), itemId, format, version].join(".");
    return `${signed}.${macOf(signed, key)}`;
  }

  function verify(token: string): TokenVerdict {
    const cut = token.lastIndexOf(".");
    const signed = token.slice(0, Math.max(cut, 0));
    const [keyId, expiry, itemId, format, version, ...rest] = signed.split(".");
    if (token.length > maxTokenLength || version === undefined || rest.length > 0) {
      return refuse("malformed");
    }
    const now = nowSeconds();
    const key = keyNamed(keyId);
    if (key === undefined) {
      return refuse("unknown-key");
    }
    if (!isSameText(token.slice(cut + 1), macOf(signed, key))) {
      return refuse("forged");
    }
    // From here on the text is our own.
    const claims: StreamClaims = {
      itemId: itemId ?? "",
      format: format ?? "",
      ...(version === "" ? {} : { version }),
      expiresAtSeconds: Number.parseInt(expiry ?? "", 36),
    };
    const isOver = now >= claims.expiresAtSeconds + clockToleranceSeconds;
    return { kind: isOver ? "expired" : "valid", claims };
  }

  return { sign, verify, ...createPartSigner(keyNamed) };
}

/** @param keyNamed finds the key that a token names, while it is accepted */
function createPartSigner(
  keyNamed: (keyId: string) => SigningKey | undefined,
): Pick<TokenSigner, "signPart" | "verifyPart"> {
  function partMacOf(token: string, name: string): string | undefined {
    const key = partPattern.test(name) ? keyNamed(token.slice(0, token.indexOf("."))) : undefined;
    return key && macOf(`${token}\n${name}`, key, partPurpose).slice(0, partMacLength);
  }
  return {
    signPart(token, name) {
      const mac = partMacOf(token, name);
      if (mac === undefined) {
        throw new RangeError(
          `Cannot sign the part ${JSON.stringify(name)}: it is not of its form, or its token not ours`,
        );
      }
      return `${mac}.${name}`;
    },
    verifyPart(token, part) {
      const name = part.slice(partMacLength + 1);
      const mac = token.length > maxTokenLength || part[partMacLength] !== "." ? undefined : partMacOf(token, name);
      return mac !== undefined && isSameText(part.slice(0, partMacLength), mac) ? name : undefined;
    },
  };
}

/** Over the text as it stands and compared as text: no second spelling of the same bytes is let in. */
function macOf(signed: string, key: SigningKey, what = purpose): string {
  return createHmac("sha256", key.secret).update(what).update(signed).digest("base64url");
}

/** Takes as long whichever character differs. */
function isSameText(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}
