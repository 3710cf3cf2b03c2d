import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Server } from "node:http";
import { Server as TlsServer } from "node:https";
import { errorCodeOf } from "./error-code.ts";
import type { Logger } from "./log.ts";
import { StartError } from "./start-error.ts";

/** Where a certificate and its key lie; one file may hold both. */
export interface TlsFiles {
  readonly certificate: string;
  readonly key: string;
}

/** What a server proves its name with, checked to fit together. */
export interface TlsIdentity {
  /** PEM: the server's own certificate, then those that vouch for it. */
  readonly cert: string;
  /** PEM. */
  readonly key: string;
  /** The server's own. */
  readonly certificate: X509Certificate;
}

const rereadMs = 60_000;

/** Reads a certificate and its key. @throws {StartError} that says which file is wrong, and in what */
export async function readTlsIdentity(files: TlsFiles): Promise<TlsIdentity> {
  const cert = await readPem(files.certificate);
  const key = files.key === files.certificate ? cert : await readPem(files.key);
  const certificate = parseCertificate(cert, files.certificate);
  if (!certificate.checkPrivateKey(parseKey(key, files))) {
    throw new StartError(
      2,
      `The key in ${files.key} is not that of the certificate in ${files.certificate} (--tls). The server's own certificate has to come first in its file.`,
    );
  }
  return { cert, key, certificate };
}

/** Has a server take what the files hold from now on, whenever that changes: certificates are renewed while it runs. */
export function followTlsFiles(files: TlsFiles, server: Server, logger: Logger): Disposable {
  let taken: string | undefined;
  let problem: string | undefined;
  const reread = async (): Promise<void> => {
    const { cert, key, certificate } = await readTlsIdentity(files);
    problem = undefined;
    if (taken !== cert + key) {
      if (taken !== undefined && server instanceof TlsServer) {
        server.setSecureContext({ cert, key });
        logger.info({ validTo: certificate.validTo }, `the certificate in ${files.certificate} was renewed`);
      }
      taken = cert + key;
    }
  };
  const rereadOrTell = (): void =>
    void reread().catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      // Half written, as a rule: the one before goes on, and the next look finds it whole.
      if (message !== problem)
        logger.warn(`the certificate was not read again, and the one before goes on: ${message}`);
      problem = message;
    });
  rereadOrTell();
  const timer = setInterval(rereadOrTell, rereadMs).unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

async function readPem(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const reason =
      { ENOENT: "there is no such file", EACCES: "this user may not read it", EISDIR: "it is a folder" }[
        errorCodeOf(error) ?? ""
      ] ?? (error instanceof Error ? error.message : String(error));
    throw new StartError(
      2,
      `Cannot read ${path} (--tls): ${reason}. Use --tls self, --tls FILE with certificate and key, or --tls FILE,KEY.`,
      { cause: error },
    );
  }
}

function parseCertificate(pem: string, path: string): X509Certificate {
  if (!pem.includes("-----BEGIN CERTIFICATE-----")) {
    throw new StartError(
      2,
      `${path} (--tls) holds no certificate in PEM. Such a file has a line "-----BEGIN CERTIFICATE-----"; "openssl x509 -inform DER -in FILE" turns others into one.`,
    );
  }
  try {
    return new X509Certificate(pem);
  } catch (error) {
    throw new StartError(2, `The certificate in ${path} (--tls) is damaged. Put it there anew.`, { cause: error });
  }
}

function parseKey(pem: string, { key: path, certificate }: TlsFiles): KeyObject {
  if (!/-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/.test(pem)) {
    const fix =
      path === certificate
        ? "Add it, or name its own file as well: --tls FILE,KEY."
        : 'Such a file has a line "-----BEGIN PRIVATE KEY-----".';
    throw new StartError(2, `${path} (--tls) holds no private key in PEM. ${fix}`);
  }
  try {
    return createPrivateKey(pem);
  } catch (error) {
    const isLocked = pem.includes("ENCRYPTED");
    throw new StartError(
      2,
      isLocked
        ? `The key in ${path} (--tls) is locked by a passphrase, which a server has nobody to ask for. "openssl pkey -in ${path} -out FILE" writes it without one.`
        : `The private key in ${path} (--tls) is damaged, or of a kind that Node does not know.`,
      { cause: error },
    );
  }
}
