// Adds to package-lock.json the optional packages of other platforms that the registry at hand does not carry. npm leaves them out
// when it writes the file, and `npm ci` then refuses it, there and everywhere else. Run it after `npm install`.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describePlatformPackage, findMissingOptionals, type LockedPackages } from "./lock-file.ts";

const path = join(import.meta.dirname, "../../package-lock.json");
const lock = JSON.parse(readFileSync(path, "utf8")) as { packages: LockedPackages };
const missing = findMissingOptionals(lock.packages);
const added = missing.map((optional) => [`node_modules/${optional.name}`, describePlatformPackage(optional)] as const);
const sorted = [...Object.entries(lock.packages), ...added].toSorted(([a], [b]) => a.localeCompare(b, "en"));
lock.packages = Object.fromEntries(sorted);
writeFileSync(path, `${JSON.stringify(lock, undefined, 2)}\n`);
console.log(`Added ${added.length} packages.`);
