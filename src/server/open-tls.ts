import { isIP } from "node:net";
import { namesOfThisMachine, openOwnCertificate } from "./own-certificate.ts";
import type { ServerConfig } from "./config.ts";
import type { Logger } from "./log.ts";
import { readTlsIdentity, type TlsFiles, type TlsIdentity } from "./tls-identity.ts";

/** How the server is reached by https. */
export interface OpenTls {
  readonly files: TlsFiles;
  readonly identity: TlsIdentity;
}

const soonMs = 14 * 24 * 60 * 60 * 1000;

/**
 * Reads, or with `--tls self` first makes, what the server proves its name with. What would make browsers refuse it is logged.
 * @returns `undefined` where plain http is served
 * @throws {StartError}
 */
export async function openTls({ tls, stateFolder }: ServerConfig, logger: Logger): Promise<OpenTls | undefined> {
  if (tls === undefined) {
    return undefined;
  }
  const own = tls.kind === "self" ? await openOwnCertificate(stateFolder) : undefined;
  const files = tls.kind === "files" ? tls : { certificate: own?.path ?? "", key: own?.path ?? "" };
  const identity = await readTlsIdentity(files);
  warnOfExpiry(identity, files.certificate, logger);
  if (own !== undefined) {
    warnOfMissingNames(identity, own.path, logger);
    logger.info(
      { authority: own.authorityPath },
      `browsers that are to install the player have to trust ${own.authorityPath} first: the README says how`,
    );
  }
  return { files, identity };
}

function warnOfExpiry({ certificate }: TlsIdentity, path: string, logger: Logger): void {
  const leftMs = certificate.validToDate.getTime() - Date.now();
  if (leftMs < soonMs) {
    const when = leftMs < 0 ? "has expired" : "expires";
    logger.warn(
      `the certificate in ${path} ${when} on ${certificate.validTo}: browsers refuse it from then on. Renew it, or of one made by --tls self remove the file.`,
    );
  }
}

/** A machine that got another address is not believed there. A new certificate would have to be trusted anew, so that is not done unasked. */
function warnOfMissingNames({ certificate }: TlsIdentity, path: string, logger: Logger): void {
  const missing = namesOfThisMachine()
    .map((name) => name.slice(name.indexOf(":") + 1))
    .filter((name) => (isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name)) === undefined);
  if (missing.length > 0) {
    logger.warn(
      `the certificate in ${path} was made before this machine was called ${missing.join(", ")}: browsers refuse it there. Remove the file to have another made, which devices have to trust anew.`,
    );
  }
}
