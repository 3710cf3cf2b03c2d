import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rotateKeys, createSigningKey, type SigningKey } from "./signing-key.ts";
import { createTokenSigner, type StreamClaims } from "./token-signer.ts";

const now = 1_800_000_000;
const claims: StreamClaims = {
  itemId: "GJ5nmyCj0xZ_-abcdefghi",
  format: "original",
  version: "v1",
  expiresAtSeconds: now + 600,
};

function signerAt(seconds: number, keys: readonly SigningKey[]): ReturnType<typeof createTokenSigner> {
  return createTokenSigner(() => keys, { nowSeconds: () => seconds, clockToleranceSeconds: 30 });
}

describe("createTokenSigner()", () => {
  const keys = [createSigningKey()];
  const signer = signerAt(now, keys);

  it("opens what it signed, and the same claims give the same address", () => {
    const token = signer.sign(claims);
    expect(token).toMatch(/^[\w~+.-]{60,140}$/);
    expect(signer.verify(token)).toEqual({ kind: "valid", claims });
    expect(signer.sign(claims)).toBe(token);
    const { version: _version, ...unpinned } = claims;
    expect(signer.verify(signer.sign(unpinned))).toEqual({ kind: "valid", claims: unpinned });
  });

  it("lets an address live to its end and the clocks' tolerance, and no second longer", () => {
    const token = signer.sign(claims);
    expect(signerAt(now + 629, keys).verify(token).kind).toBe("valid");
    expect(signerAt(now + 630, keys).verify(token).kind).toBe("expired");
  });

  it("refuses claims that would not fit the form", () => {
    for (const wrong of [
      { itemId: "" },
      { itemId: "a.b" },
      { format: "a/b" },
      { version: "é" },
      { expiresAtSeconds: 0.5 },
    ]) {
      expect(() => signer.sign({ ...claims, ...wrong })).toThrow(RangeError);
    }
  });

  it("knows no other server's keys, and goes on with its own through a rotation", () => {
    const token = signer.sign(claims);
    expect(signerAt(now, [createSigningKey()]).verify(token)).toEqual({ kind: "refused", reason: "unknown-key" });
    const forged: SigningKey = { ...createSigningKey(), id: keys[0]?.id ?? "" };
    expect(signerAt(now, [forged]).verify(token)).toEqual({ kind: "refused", reason: "forged" });

    const rotated = rotateKeys(keys, createSigningKey(), {
      nowSeconds: now,
      headStartSeconds: 60,
      overlapSeconds: 3600,
    });
    const keyIdAt = (seconds: number): string | undefined => signerAt(seconds, rotated).sign(claims).split(".")[0];
    expect(keyIdAt(now + 59)).toBe(rotated[1]?.id);
    expect(keyIdAt(now + 60)).toBe(rotated[0]?.id);
    expect(signerAt(now + 100, rotated).verify(token).kind).toBe("valid");
    expect(signerAt(now + 60 + 3600, rotated).verify(token)).toEqual({ kind: "refused", reason: "unknown-key" });
  });

  it("says so where no key signs", () => {
    expect(() => signerAt(now, []).sign(claims)).toThrow("no key of the ring signs now");
  });

  it("signs parts of what a token opens, for that token and that part alone", () => {
    const token = signer.sign(claims);
    const part = signer.signPart(token, "piece~v0~n15~137.ts");
    expect(part).toMatch(/^[\w-]{22}\.piece~v0~n15~137\.ts$/);
    expect(signer.verifyPart(token, part)).toBe("piece~v0~n15~137.ts");
    const other = signer.sign({ ...claims, itemId: "another" });
    for (const [wrongToken, wrongPart] of [
      [other, part],
      [token, part.replace("15", "16")],
      [token, part.replace(".piece", "piece")],
      [token, part.slice(1)],
      [token, "piece~v0~n15~137.ts"],
      [token, ""],
      ["", part],
      [token, `${part}/..`],
    ] as const) {
      expect(signer.verifyPart(wrongToken, wrongPart), wrongPart).toBeUndefined();
    }
    expect(signerAt(now, [createSigningKey()]).verifyPart(token, part)).toBeUndefined();
    expect(() => signer.signPart(token, "a/b")).toThrow(RangeError);
    expect(() => signer.signPart("not.ours", "a")).toThrow(RangeError);
  });

  it("takes any text for what it is", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.string({ unit: "binary" }), fc.stringMatching(/^[\w.-]{0,150}$/)),
        (text) => {
          expect(signer.verify(text).kind).toBe("refused");
        },
      ),
      { numRuns: 5_000 },
    );
    expect(signer.verify("a.".repeat(1_000_000)).kind).toBe("refused");
  });
});
