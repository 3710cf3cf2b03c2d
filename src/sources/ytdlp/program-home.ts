import { mkdir, mkdtemp, readdir, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const prefix = "sluice-ytdlp-";

/**
 * Makes a home for yt-dlp, below the system's temporary folder and for our eyes alone, with a cache that lasts as long as we do: sites' scripts are
 * worth keeping. What processes that crashed have left is removed first: it may hold copies of cookies.
 */
export async function makeProgramHome(pluginFolder: string | undefined): Promise<string> {
  await removeAbandoned();
  const home = await mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`));
  if (pluginFolder !== undefined) {
    // The one place in which every version looks for plugins, also those that come as a single file.
    const plugins = join(home, "config", "yt-dlp", "plugins");
    await mkdir(plugins, { recursive: true });
    await symlink(resolve(pluginFolder), join(plugins, "operator"));
  }
  return home;
}

/** How many extractors an operator's plugin folder holds, in the forms that yt-dlp takes: by itself, or in packages. */
export async function pluginsIn(folder: string): Promise<number> {
  const files = await readdir(folder, { recursive: true }).catch(() => []);
  return files.filter((path) => /(?:^|[/\\])yt_dlp_plugins[/\\](?:extractor|postprocessor)[/\\][^/\\]+\.py$/.test(path))
    .length;
}

export async function removeFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 3 });
}

async function removeAbandoned(): Promise<void> {
  const names = await readdir(tmpdir()).catch(() => []);
  const abandoned = names.filter(
    (name) => name.startsWith(prefix) && !isAlive(Number(name.slice(prefix.length).split("-", 1)[0])),
  );
  // Another user's are not ours to remove.
  await Promise.allSettled(abandoned.map((name) => removeFolder(join(tmpdir(), name))));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, but somebody else's.
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
}
