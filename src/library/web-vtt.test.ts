import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toWebVtt } from "./web-vtt.ts";

function convert(text: string, format: "srt" | "lrc" | "vtt"): string {
  const vtt = toWebVtt(text, format);
  return "text" in vtt ? vtt.text : `problem: ${vtt.problem}`;
}

describe("toWebVtt()", () => {
  it("converts SubRip: times, mark-up that means the same, and everything else as text", () => {
    const srt = `\uFEFF1\r\n00:00:01,500 --> 00:00:03,000 X1:0\r\n<i>Ahoy</i> & {\\an8}<font color="red">you</font>\r\n3 < 4 --> 5\r\n\r\n2\r\n0:1:2.5 --> 0:1:4,25\r\nnext\r\n3\r\n00:02:00,000 --> 00:02:01,000\r\nno empty line before\r\n`;
    expect(convert(srt, "srt")).toBe(
      "WEBVTT\n\n00:00:01.500 --> 00:00:03.000\n<i>Ahoy</i> &amp; you\n3 &lt; 4 --&gt; 5\n\n" +
        "00:01:02.500 --> 00:01:04.250\nnext\n\n00:02:00.000 --> 00:02:01.000\nno empty line before\n",
    );
  });

  it("converts lyrics: several times a line, an offset, and no line for longer than ten seconds", () => {
    const lrc = "[ti:Song]\n[offset:+500]\n[00:01.00][00:10.50]La <00:01.50>la\n[00:03]\n[00:12.5]End & out\n";
    expect(convert(lrc, "lrc")).toBe(
      "WEBVTT\n\n00:00:00.500 --> 00:00:02.500\nLa la\n\n00:00:10.000 --> 00:00:12.000\nLa la\n\n" +
        "00:00:12.000 --> 00:00:22.000\nEnd &amp; out\n",
    );
  });

  it("passes WebVTT on, and says what is none", () => {
    expect(convert("\uFEFFWEBVTT - x\r\n\r\n00:01.000 --> 00:02.000\r\nHi\r\n\r\n", "vtt")).toBe(
      "WEBVTT - x\n\n00:01.000 --> 00:02.000\nHi\n",
    );
    expect(convert("1\n00:00:01,000 --> 00:00:02,000\nHi", "vtt")).toContain("problem");
    expect(convert("words without times", "srt")).toContain("problem");
    expect(convert("[ar:nobody]", "lrc")).toContain("problem");
  });

  it("never throws, and never lets text become mark-up or a time", () => {
    const scraps = fc.constantFrom(
      "<",
      ">",
      "&",
      "-->",
      "<b>",
      "<script>",
      "\n\n",
      "1\n00:00:01,000 --> 00:00:02,000\n",
      "[00:01.0]",
      "WEBVTT\n",
    );
    const text = fc.array(fc.oneof(scraps, fc.string())).map((parts) => parts.join(""));
    fc.assert(
      fc.property(text, fc.constantFrom("srt" as const, "lrc" as const), (value, format) => {
        const vtt = toWebVtt(value, format);
        if (!("text" in vtt)) return;
        for (const line of vtt.text.split("\n").slice(1)) {
          expect(line.includes("-->") && !/^\d{2,}:\d{2}:\d{2}\.\d{3} --> \d{2,}:\d{2}:\d{2}\.\d{3}$/.test(line)).toBe(
            false,
          );
          expect(line.replaceAll(/<\/?[biu]>/g, "").replace(" --> ", "")).not.toMatch(/[<>]/);
        }
      }),
    );
  });
});
