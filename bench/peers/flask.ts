import { join } from "node:path";
import type { Command } from "../server-process.ts";
import { type Peer, programVersion } from "./peer.ts";

const APP_FOLDER = join(import.meta.dirname, "../servers");
/** One thread a connection of the range tests, so that none of them waits for another. */
const THREADS = 64;
const VERSIONS = "import flask, gunicorn; print('versions', flask.__version__, '+', gunicorn.__version__)";

/** The first original article: pass the range on, stream what comes through a generator. */
export const flaskPassThrough: Peer = flask("Flask, range passed through", "pass_through", true);

/** The second: answer `bytes=N-` with the next 3 MB, downloaded first. */
export const flaskWindows: Peer = flask("Flask, windows of 3 MB", "windows", false);

function flask(name: string, app: string, servesRanges: boolean): Peer {
  return {
    name,
    servesRanges,
    version: async () =>
      `Flask ${await programVersion(await pythonWithFlask(), ["-W", "ignore", "-c", VERSIONS], /versions (.*)/)}`,
    async command({ port, upstream }): Promise<Command> {
      const workers = ["-w", "1", "-k", "gthread", "--threads", `${THREADS}`];
      return {
        command: await pythonWithFlask(),
        args: ["-m", "gunicorn", ...workers, "-b", `127.0.0.1:${port}`, "--chdir", APP_FOLDER, `articles:${app}`],
        env: {
          UPSTREAM_HOST: `${upstream.host}:${upstream.port}`,
          UPSTREAM_TARGET: upstream.target,
          PYTHONDONTWRITEBYTECODE: "1",
        },
      };
    },
  };
}

/** Debian's packages belong to Debian's Python, which need not be the one on the path. @throws {Error} if neither has it. */
async function pythonWithFlask(): Promise<string> {
  for (const python of ["python3", "/usr/bin/python3"]) {
    try {
      await programVersion(python, ["-W", "ignore", "-c", VERSIONS], /versions (.*)/);
      return python;
    } catch {
      // the next one, then
    }
  }
  throw new Error("no Python with Flask and gunicorn");
}
