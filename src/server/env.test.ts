import { describe, expect, it } from "vitest";
import { readEnvironment } from "./env.ts";

describe("readEnvironment()", () => {
  it("reads what is set, and not what is empty", () => {
    expect(readEnvironment({ SLUICE_PORT: " 81 ", SLUICE_HOST: "", SLUICE_CONFIG: " ", PATH: "/bin" })).toEqual({
      settings: { port: { value: "81", origin: "SLUICE_PORT" } },
      configFile: undefined,
      warnings: [],
    });
  });

  it.each([
    ["a=./A  s3://b", ["a=./A", "s3://b"]],
    ["\n a=./My Films\n\ns3://b \n", ["a=./My Films", "s3://b"]],
    ["./My Films\n./B", ["./My Films", "./B"]],
  ])("splits SLUICE_SOURCES %j", (text, value) => {
    expect(readEnvironment({ SLUICE_SOURCES: text }).settings).toEqual({
      sources: { value, origin: "SLUICE_SOURCES" },
    });
  });

  it("ignores what Kubernetes sets for a service of the name sluice", () => {
    const variables = {
      SLUICE_PORT: "tcp://10.0.0.1:80",
      SLUICE_SERVICE_HOST: "10.0.0.1",
      SLUICE_PORT_80_TCP_ADDR: "10.0.0.1",
    };
    expect(readEnvironment(variables)).toEqual({ settings: {}, configFile: undefined, warnings: [] });
  });

  it("warns of what looks like a slip", () => {
    expect(readEnvironment({ SLUICE_PROT: "80" }).warnings).toEqual([
      "The environment variable SLUICE_PROT means nothing to Sluice. Did you mean SLUICE_PORT?",
    ]);
  });
});
