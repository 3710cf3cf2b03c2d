import fc from "fast-check";
import { expect, it } from "vitest";
import { encodeFormatId } from "../choose-format.ts";
import { formatHlsForm, type HlsForm, parseHlsForm } from "./hls-form.ts";

const formatId = fc.string({ minLength: 1, maxLength: 20 });
const version = fc.stringMatching(/^[\w-]{0,12}$/);
const entry = fc.nat(999);
const form: fc.Arbitrary<HlsForm> = fc.oneof(
  fc.record({ kind: fc.constant("master" as const), formatId: fc.option(formatId, { nil: undefined }) }),
  fc.record({ kind: fc.constant("list" as const), entry, formatId }),
  fc.record({ kind: fc.constant("track" as const), version, formatId }),
  fc.record({ kind: fc.constantFrom("piece", "init", "key"), entry, version, number: fc.maxSafeNat(), formatId }),
);

it("reads what formatHlsForm() wrote, in characters of addresses", () => {
  fc.assert(
    fc.property(form, (one) => {
      const text = formatHlsForm(one);
      expect(text).toMatch(/^[\w~+-]+$/);
      expect(parseHlsForm(text)).toEqual(one);
    }),
  );
});

it("takes no format of a site for one of its own", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        formatId,
        form.map((one) => formatHlsForm(one)),
      ),
      (id) => {
        expect(parseHlsForm(encodeFormatId(id))).toBeUndefined();
      },
    ),
  );
  expect([undefined, "", "best~hi", "audio~lo", "joined~md", "18", "hls", "list"].map(parseHlsForm)).toEqual(
    Array.from({ length: 8 }, () => undefined),
  );
});
