import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { findCommand, findMissingCommands } from "./missing-commands.ts";
import { type PackageGroup, packageGroups } from "./package-groups.ts";

const aptTimeoutMs = 10 * 60_000;

/**
 * Installs the Debian packages that the tests still need, where that is allowed: as root, on a machine with apt. Anything else,
 * a network that is down included, is no failure: the tests of the missing parts are then skipped by name.
 * @returns the groups that are still missing
 */
export function setUpDebianPackages(): PackageGroup[] {
  if (mayInstall()) {
    installGroups(packageGroups.filter((group) => missingPackages([group]).length > 0));
  }
  const missing = packageGroups.filter((group) => findMissingCommands(group).length > 0);
  for (const { name, reason, packages } of missing) {
    console.log(`Missing: ${name} (${reason}). On Debian: apt-get install ${packages.join(" ")}`);
  }
  return missing;
}

function installGroups(groups: readonly PackageGroup[]): void {
  if (groups.length === 0) {
    return;
  }
  console.log(`Installing Debian packages: ${missingPackages(groups).join(" ")}`);
  runApt(["update"]);
  if (!installPackages(missingPackages(groups))) {
    // One package that this release lacks must not cost the other groups.
    for (const group of groups) {
      installPackages(missingPackages([group]));
    }
  }
}

function missingPackages(groups: readonly PackageGroup[]): string[] {
  const wanted = [...new Set(groups.flatMap((group) => group.packages))];
  const query = spawnSync("dpkg-query", ["-W", "-f", "${Package} ${db:Status-Status}\n", ...wanted], {
    encoding: "utf8",
  });
  const installed = new Set((query.stdout ?? "").split("\n"));
  return wanted.filter((name) => !installed.has(`${name} installed`));
}

function mayInstall(): boolean {
  return process.getuid?.() === 0 && existsSync("/etc/debian_version") && findCommand("apt-get") !== undefined;
}

/** Tries twice: mirrors and their caches have bad moments. */
function installPackages(packages: readonly string[]): boolean {
  const args = ["install", "--yes", "--no-install-recommends", ...packages];
  return runApt(args) || runApt(args);
}

function runApt(args: readonly string[]): boolean {
  const result = spawnSync(
    "apt-get",
    ["--quiet=2", "-o", "Dpkg::Use-Pty=0", "-o", "DPkg::Lock::Timeout=120", ...args],
    {
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
      encoding: "utf8",
      stdio: ["ignore", "ignore", "pipe"],
      timeout: aptTimeoutMs,
    },
  );
  if (result.status !== 0) {
    console.log(`apt-get ${args[0]}: ${result.error?.message ?? result.stderr.trim()}`);
  }
  return result.status === 0;
}

if (import.meta.main) {
  setUpDebianPackages();
}
