/** What we read and write of an entry of `package-lock.json`. */
export interface LockedPackage {
  version?: string;
  integrity?: string;
  resolved?: string;
  dev?: boolean;
  optional?: boolean;
  license?: string;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
}

/** The `packages` of a lock file, by their folder. */
export type LockedPackages = Record<string, LockedPackage>;

/** An optional dependency that the lock file does not hold: `npm ci` refuses such a file. */
export interface MissingOptional {
  readonly name: string;
  readonly version: string;
  readonly dependent: LockedPackage;
}

/** Optional dependencies without an entry. npm leaves out those that the registry at hand does not carry. */
export function findMissingOptionals(packages: LockedPackages): MissingOptional[] {
  return Object.entries(packages).flatMap(([folder, dependent]) => {
    return Object.entries(dependent.optionalDependencies ?? {})
      .filter(([name]) => !isLocked(packages, folder, name))
      .map(([name, range]) => ({ name, version: range.replace(/^[~^]/, ""), dependent }));
  });
}

/** The entry for a package that holds the binary of one platform, read off its name: `@oxlint/binding-linux-x64-musl`. */
export function describePlatformPackage({ name, version, dependent }: MissingOptional): LockedPackage {
  const [, os, cpu, abi] = name.match(/[/-]([a-z]+\d*)-(arm|arm64|x64|ia32|ppc64|riscv64|s390x)(?:-([a-z]+))?$/) ?? [];
  if (os === undefined || cpu === undefined) {
    throw new Error(`Cannot tell the platform of "${name}" by its name`);
  }
  const libc = os === "linux" ? { gnu: "glibc", musl: "musl" }[abi ?? ""] : undefined;
  return {
    version,
    cpu: [cpu],
    ...(dependent.dev === undefined ? {} : { dev: dependent.dev }),
    ...(libc === undefined ? {} : { libc: [libc] }),
    ...(dependent.license === undefined ? {} : { license: dependent.license }),
    optional: true,
    os: [os],
  };
}

/** Whether `name` resolves from `folder`: in its own `node_modules`, or in one further up. */
function isLocked(packages: LockedPackages, folder: string, name: string): boolean {
  const candidate = folder === "" ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
  if (packages[candidate] !== undefined) {
    return true;
  }
  return folder !== "" && isLocked(packages, folder.slice(0, Math.max(0, folder.lastIndexOf("/node_modules/"))), name);
}
