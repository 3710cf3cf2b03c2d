import { expect, it } from "vitest";
import { createSigningKey, createTokenSigner, type StreamClaims, type TokenSigner } from "../../src/access/index.ts";
import { chooseSeed, createRandom } from "../scenarios/seeded-random.ts";

// `SLUICE_TOKEN_TRIES=1000000` for a long run.
const tries = Number(process.env["SLUICE_TOKEN_TRIES"] ?? 100_000);
const now = 1_800_000_000;
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_~+.";

type Random = (limit: number) => number;

function randomText(random: Random, length: number): string {
  return Array.from({ length }, () => alphabet[random(alphabet.length)]).join("");
}

function randomClaims(random: Random, expiresAtSeconds: number): StreamClaims {
  const format = ["original", "hi", "md", "lo"][random(4)] ?? "original";
  return { itemId: randomText(random, 22).replaceAll(".", "x"), format, version: "v1", expiresAtSeconds };
}

/** Ways to make another address out of one that was given away. `token` opens one item, `other` another. */
const attacks: Readonly<Record<string, (token: string, other: string, random: Random) => string>> = {
  "a changed character": (token, _other, random) => {
    const at = random(token.length);
    return token.slice(0, at) + alphabet[random(alphabet.length)] + token.slice(at + 1);
  },
  "a flipped bit": (token, _other, random) => {
    const at = random(token.length);
    return token.slice(0, at) + String.fromCharCode(token.charCodeAt(at) ^ (1 << random(8))) + token.slice(at + 1);
  },
  truncated: (token, _other, random) => token.slice(0, random(token.length)),
  "cut in front": (token, _other, random) => token.slice(1 + random(token.length)),
  lengthened: (token, _other, random) => token + randomText(random, 1 + random(5)),
  "a part of another's": (token, other, random) => {
    const at = random(6);
    return token
      .split(".")
      .with(at, other.split(".")[at] ?? "")
      .join(".");
  },
  extended: (token, _other, random) =>
    token
      .split(".")
      .with(1, (now + 1 + random(10 ** 9)).toString(36))
      .join("."),
  "a random signature": (token, _other, random) => token.slice(0, -43) + randomText(random, 43),
  "parts in another order": (token, _other, random) => {
    const parts = token.split(".");
    const [one, two] = [random(6), random(6)];
    return parts
      .with(one, parts[two] ?? "")
      .with(two, parts[one] ?? "")
      .join(".");
  },
};

function findAccepted(signer: TokenSigner, seed: number): readonly string[] {
  const random = createRandom(seed);
  const names = Object.keys(attacks);
  const accepted: string[] = [];
  for (let count = 0; count < tries;) {
    const mine = randomClaims(random, now + random(1000));
    const expired = randomClaims(random, now - 61 - random(1000));
    const [token, other, old] = [mine, randomClaims(random, now + 500), expired].map((claims) => signer.sign(claims));
    if (signer.verify(old ?? "").kind !== "expired") {
      accepted.push(`expired: ${old}`);
    }
    for (const name of names) {
      const attacked = attacks[name]?.(token ?? "", other ?? "", random) ?? "";
      count += 1;
      // Attacks may leave a token as it was, or turn it into the other: those are no forgeries.
      if (attacked !== token && attacked !== other && signer.verify(attacked).kind !== "refused") {
        accepted.push(`${name}: ${attacked}`);
      }
    }
  }
  return accepted;
}

it(
  `accepts none of ${tries} tokens that were tampered with, re-bound, extended, cut or past their time`,
  { timeout: 600_000 },
  () => {
    const keys = [createSigningKey(), createSigningKey()];
    const signer = createTokenSigner(() => keys, { nowSeconds: () => now });
    const seed = chooseSeed();
    expect({ seed, accepted: findAccepted(signer, seed) }).toEqual({ seed, accepted: [] });
  },
);
