import { describe, expect, it } from "vitest";
import { checkRoom, isQuotaError } from "./storage-room.ts";

const megabyte = 1024 * 1024;

describe("checkRoom", () => {
  const estimate = { quotaBytes: 1_000 * megabyte, usageBytes: 500 * megabyte };

  it("leaves a reserve, and counts what was promised", () => {
    expect(checkRoom(468 * megabyte, estimate, 0)).toEqual({ kind: "fits" });
    expect(checkRoom(469 * megabyte, estimate, 0)).toEqual({
      kind: "no-room",
      neededBytes: 469 * megabyte,
      freeBytes: 468 * megabyte,
    });
    expect(checkRoom(300 * megabyte, estimate, 200 * megabyte)).toMatchObject({ freeBytes: 268 * megabyte });
    expect(checkRoom(1, { quotaBytes: 1, usageBytes: 5 }, 0)).toMatchObject({ freeBytes: 0 });
  });

  it("lets through where the browser says nothing", () => {
    expect(checkRoom(1e12, { quotaBytes: Infinity, usageBytes: 0 }, 0)).toEqual({ kind: "fits" });
  });
});

describe("isQuotaError", () => {
  it("knows it by its name", () => {
    expect(isQuotaError(new DOMException("", "QuotaExceededError"))).toBe(true);
    expect(isQuotaError(new Error("QuotaExceededError"))).toBe(false);
  });
});
