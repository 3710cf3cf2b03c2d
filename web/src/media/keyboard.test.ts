import { describe, expect, it } from "vitest";
import { commandOf, type KeyPress } from "./keyboard.ts";

function press(key: string, held: Partial<KeyPress> = {}): KeyPress {
  return { key, ctrlKey: false, metaKey: false, altKey: false, defaultPrevented: false, ...held };
}

describe("commandOf()", () => {
  it.each([
    ["k", { kind: "toggle" }],
    ["K", { kind: "toggle" }],
    [" ", { kind: "toggle" }],
    ["N", { kind: "next" }],
    ["P", { kind: "previous" }],
    ["7", { kind: "seek-share", share: 0.7 }],
    ["ArrowLeft", { kind: "seek-by", seconds: -5 }],
    ["?", { kind: "help" }],
  ])("knows %j", (key, command) => {
    expect(commandOf(press(key), "other", false)).toEqual(command);
  });

  it.each(["n", "p", "x", "Tab", "Escape", "Enter"])("leaves %j alone", (key) => {
    expect(commandOf(press(key), "other", false)).toBeUndefined();
  });

  it("leaves to others what is theirs", () => {
    expect(commandOf(press("k"), "text", false)).toBeUndefined();
    expect(commandOf(press("k", { ctrlKey: true }), "other", false)).toBeUndefined();
    expect(commandOf(press("k", { defaultPrevented: true }), "other", false)).toBeUndefined();
    expect(commandOf(press(" "), "button", false)).toBeUndefined();
    expect(commandOf(press("ArrowLeft"), "slider", false)).toBeUndefined();
    expect(commandOf(press("k"), "button", false)).toEqual({ kind: "toggle" });
  });

  it("takes the keys that scroll a page only where the player is all there is", () => {
    expect(commandOf(press("ArrowUp"), "other", false)).toBeUndefined();
    expect(commandOf(press("ArrowUp"), "other", true)).toEqual({ kind: "volume-by", change: 0.05 });
    expect(commandOf(press("End"), "other", true)).toEqual({ kind: "end" });
  });
});
