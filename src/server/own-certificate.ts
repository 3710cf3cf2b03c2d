import { execFile } from "node:child_process";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { link, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { hostname, networkInterfaces } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { errorCodeOf } from "./error-code.ts";
import { StartError } from "./start-error.ts";

/** A certificate that a server made for itself. */
export interface OwnCertificate {
  /** The certificate, the authority that vouches for it, and the key: for its owner's eyes only. */
  readonly path: string;
  /** The authority alone, for the devices that are to trust the server. */
  readonly authorityPath: string;
}

/** Apple's devices accept no longer life of a certificate that a user trusts. */
const lifeDays = 820;

/**
 * Makes a certificate for this machine's names and addresses, where there is none yet. It is vouched for by an authority of its own, whose
 * key is thrown away at once: devices trust something that can never vouch for anything else.
 * @throws {StartError} where it cannot be made
 */
export async function openOwnCertificate(stateFolder: string): Promise<OwnCertificate> {
  const paths = {
    path: join(stateFolder, "tls-own.pem"),
    authorityPath: join(stateFolder, "tls-own-authority.crt"),
  };
  try {
    await mkdir(stateFolder, { recursive: true, mode: 0o700 });
    const pem = await readFile(paths.path, "utf8").catch((error: unknown) => {
      if (errorCodeOf(error) === "ENOENT") return createCertificate(stateFolder, paths.path);
      throw error;
    });
    await writeFile(paths.authorityPath, authorityIn(pem));
    return paths;
  } catch (error) {
    if (error instanceof StartError) throw error;
    throw new StartError(1, `Cannot make a certificate in ${stateFolder} (--tls self): ${reasonOf(error)}`, {
      cause: error,
    });
  }
}

/** What a certificate has to say to be believed at any address of this machine, in OpenSSL's words. */
export function namesOfThisMachine(
  host: string = hostname(),
  interfaces: ReturnType<typeof networkInterfaces> = networkInterfaces(),
): readonly string[] {
  const addresses = Object.values(interfaces)
    .flatMap((list) => list ?? [])
    // Those with a scope are good on one cable only, and no browser takes them.
    .filter(({ scopeid }) => (scopeid ?? 0) === 0)
    .map(({ address }) => `IP:${address}`);
  const names = /^[\w-]+(?:\.[\w-]+)*$/.test(host)
    ? [`DNS:${host}`, ...(host.includes(".") ? [] : [`DNS:${host}.local`])]
    : [];
  return Array.from(new Set(["DNS:localhost", "IP:127.0.0.1", "IP:::1", ...names, ...addresses]));
}

async function createCertificate(stateFolder: string, path: string): Promise<string> {
  const folder = await mkdtemp(join(stateFolder, "tls-new-"));
  try {
    const draft = join(folder, "own.pem");
    await writeFile(draft, await signCertificate(folder), { mode: 0o600, flush: true });
    // A link, unlike a rename, refuses to take the place of what another process made meanwhile.
    await link(draft, path).catch((error: unknown) => {
      if (errorCodeOf(error) !== "EEXIST") throw error;
    });
    return await readFile(path, "utf8");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @returns PEM: certificate, authority, key */
async function signCertificate(folder: string): Promise<string> {
  const [ownKey, authorityKey] = [createKey(), createKey()];
  const subject = /[^\w.-]/.test(hostname()) ? "this machine" : hostname().slice(0, 40);
  await writeFile(join(folder, "openssl.cnf"), opensslSettings(namesOfThisMachine()));
  await writeFile(join(folder, "own.key"), ownKey, { mode: 0o600 });
  await writeFile(join(folder, "authority.key"), authorityKey, { mode: 0o600 });
  const life = ["-sha256", "-days", String(lifeDays), "-set_serial", `0x${randomBytes(16).toString("hex")}`];
  const settings = ["-config", "openssl.cnf"];
  await openssl(folder, [
    "req",
    "-x509",
    "-new",
    ...settings,
    "-key",
    "authority.key",
    "-extensions",
    "authority",
    "-subj",
    `/CN=Sluice on ${subject}`,
    ...life,
    "-out",
    "authority.crt",
  ]);
  await openssl(folder, ["req", "-new", ...settings, "-key", "own.key", "-subj", `/CN=${subject}`, "-out", "own.csr"]);
  await openssl(folder, [
    "x509",
    "-req",
    "-in",
    "own.csr",
    "-CA",
    "authority.crt",
    "-CAkey",
    "authority.key",
    ...life,
    "-extfile",
    "openssl.cnf",
    "-extensions",
    "server",
    "-out",
    "own.crt",
  ]);
  const [own, authority] = await Promise.all(
    ["own.crt", "authority.crt"].map((name) => readFile(join(folder, name), "utf8")),
  );
  return `${own}${authority}${ownKey}`;
}

function createKey(): string {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

/** Whole, so that nothing of what the system's own file says gets in. */
function opensslSettings(names: readonly string[]): string {
  return `[req]
distinguished_name = subject
prompt = no
[subject]
[authority]
basicConstraints = critical,CA:TRUE,pathlen:0
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[server]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = ${names.join(",")}
`;
}

async function openssl(folder: string, args: readonly string[]): Promise<void> {
  try {
    await promisify(execFile)("openssl", args, { cwd: folder, timeout: 30_000 });
  } catch (error) {
    if (errorCodeOf(error) === "ENOENT") {
      throw new StartError(
        1,
        "--tls self has its certificate made by the program openssl, and there is none in PATH. Install it (apt install openssl, brew install openssl), or name a certificate: --tls FILE.",
        { cause: error },
      );
    }
    const said = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : "";
    throw new Error(`"openssl ${args[0]}" failed: ${said === "" ? reasonOf(error) : said}`, { cause: error });
  }
}

function authorityIn(pem: string): string {
  const [, authority] = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----\n?/g) ?? [];
  if (authority === undefined) {
    throw new Error(
      "the file tls-own.pem there is damaged. Remove it: a new one is made, which devices have to trust anew",
    );
  }
  return authority;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
