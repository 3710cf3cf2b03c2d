import { spawn } from "node:child_process";

/** Opens an address in the desktop's browser. Resolves with what went wrong, if anything; nothing depends on it. */
export function openBrowser(
  address: string,
  platform: NodeJS.Platform = process.platform,
): Promise<string | undefined> {
  const [command, ...args] = openerOf(platform);
  return new Promise((resolve) => {
    // No shell: there is nothing to quote. Detached, so that stopping Sluice leaves the browser alone.
    const child = spawn(command, [...args, address], { stdio: "ignore", detached: true, shell: false });
    child.once("error", (error) => resolve(`Cannot run ${command}: ${error.message}`));
    child.once("spawn", () => {
      child.unref();
      resolve(undefined);
    });
  });
}

function openerOf(platform: NodeJS.Platform): readonly [string, ...string[]] {
  switch (platform) {
    case "darwin":
      return ["open"];
    case "win32":
      // `start` belongs to cmd.exe; this is the program behind it.
      return ["rundll32.exe", "url.dll,FileProtocolHandler"];
    default:
      return ["xdg-open"];
  }
}
