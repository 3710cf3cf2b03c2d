import { describe, expect, it } from "vitest";
import { formatKeyRing, parseKeyRing } from "./key-ring-text.ts";
import { createSigningKey, rotateKeys } from "./signing-key.ts";

const rotation = { nowSeconds: 1_800_000_000, headStartSeconds: 60, overlapSeconds: 3600 };

describe("parseKeyRing()", () => {
  it("reads what formatKeyRing() wrote", () => {
    const keys = rotateKeys([createSigningKey()], createSigningKey(), rotation);
    expect(parseKeyRing(formatKeyRing(keys))).toEqual({ kind: "keys", keys });
  });

  it("refuses what is damaged, and shows no secret of it", () => {
    const key = createSigningKey();
    const text = formatKeyRing([key]);
    const secret = Buffer.from(key.secret).toString("base64url");
    const damaged = [
      "",
      "null",
      "[]",
      '{"keys":[]}',
      '{"keys":[null]}',
      text.slice(0, -5),
      text.replace(secret, secret.slice(0, -4)),
      text.replace(/"signsFrom": ".*"/, '"signsFrom": "soon"'),
      text.replace(/("signsFrom": ".*")/, '$1, "acceptedUntil": 5'),
      formatKeyRing([key, key]),
    ];
    for (const wrong of damaged) {
      const parsed = parseKeyRing(wrong);
      expect(parsed.kind).toBe("refused");
      expect(JSON.stringify(parsed)).not.toContain(secret.slice(0, 8));
    }
  });
});

describe("rotateKeys()", () => {
  it("drops keys whose time is over, and does not prolong those that are on their way out", () => {
    const first = rotateKeys([createSigningKey()], createSigningKey(), rotation);
    const second = rotateKeys(first, createSigningKey(), { ...rotation, nowSeconds: rotation.nowSeconds + 100 });
    expect(second.map((key) => key.acceptedUntilSeconds)).toEqual([
      undefined,
      rotation.nowSeconds + 100 + 60 + 3600,
      rotation.nowSeconds + 60 + 3600,
    ]);
    const late = rotateKeys(second, createSigningKey(), { ...rotation, nowSeconds: rotation.nowSeconds + 3700 });
    expect(late).toHaveLength(3);
  });
});
