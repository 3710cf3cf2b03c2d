import { describe, expect, it } from "vitest";
import { PaceMeter } from "./pace-meter.ts";

const chunk = 80 * 1024;
const quickMs = 1;

function noteMebibytes(meter: PaceMeter, count: number, heldMs: number): void {
  for (let bytes = 0; bytes < count * 1024 * 1024; bytes += chunk) {
    meter.note(chunk, heldMs);
  }
}

describe("PaceMeter", () => {
  it("takes nobody for fast whose kernel alone may have taken it all", () => {
    const meter = new PaceMeter();
    noteMebibytes(meter, 7, quickMs);
    expect(meter.pace).toBe("normal");
    noteMebibytes(meter, 1, quickMs);
    expect(meter.pace).toBe("fast");
  });

  it("knows a slow receiver by one chunk, also among the many that his kernel takes at once", () => {
    const meter = new PaceMeter();
    for (let turn = 0; turn < 20; turn += 1) {
      meter.note(chunk, 500);
      noteMebibytes(meter, 4, quickMs);
      expect(meter.pace).toBe("slow");
    }
    noteMebibytes(meter, 8, quickMs);
    expect(meter.pace).toBe("fast");
  });
});
