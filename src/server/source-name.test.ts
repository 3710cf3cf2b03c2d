import { describe, expect, it } from "vitest";
import { assignSourceNames, sourceNameFrom, sourceNamePattern } from "./source-name.ts";

describe("sourceNameFrom()", () => {
  it.each([
    "My Films (2024)",
    "..",
    "---",
    "a".repeat(200),
    "🎬",
    "Crème brûlée",
    "%2e%2e",
    "a/b",
    "",
    `${"a".repeat(59)}-b`,
  ])("makes a name of %j that needs no encoding", (text) => {
    expect(sourceNameFrom(text)).toMatch(sourceNamePattern);
  });

  it("keeps what can be read", () => {
    expect(sourceNameFrom("My Films (2024)")).toBe("my-films-2024");
  });
});

describe("assignSourceNames()", () => {
  it("makes default names unique and leaves chosen ones alone", () => {
    const sources = [
      { defaultName: "films" },
      { name: "films", defaultName: "x" },
      { defaultName: "films" },
      { defaultName: "a" },
    ];
    expect(assignSourceNames(sources)).toEqual(["films-2", "films", "films-3", "a"]);
  });

  it("tells of a name given twice", () => {
    const sources = [
      { name: "a", defaultName: "x" },
      { name: "a", defaultName: "y" },
    ];
    expect(assignSourceNames(sources)).toEqual({ duplicate: "a" });
  });
});
