import { describe, expect, it } from "vitest";
import { defaultStateFolder } from "./default-state-folder.ts";

describe("defaultStateFolder()", () => {
  it.each([
    [{ stateHome: "/var/state", home: "/home/ann" }, "/var/state/sluice"],
    [{ stateHome: "relative", home: "/home/ann" }, "/home/ann/.local/state/sluice"],
    [{ stateHome: undefined, home: "/home/ann" }, "/home/ann/.local/state/sluice"],
    [
      { stateHome: undefined, home: "/Users/ann", platform: "darwin" as const },
      "/Users/ann/Library/Application Support/sluice",
    ],
  ])("for %j is %s", (place, folder) => {
    expect(defaultStateFolder({ platform: "linux", ...place })).toBe(folder);
  });
});
