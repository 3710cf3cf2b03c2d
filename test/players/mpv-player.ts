import { existsSync } from "node:fs";
import { join } from "node:path";
import { startDaemon } from "../real/daemon.ts";
import { createTemporaryFolder } from "../real/temporary-folder.ts";
import { type LineChannel, openLineChannel } from "./line-channel.ts";
import { runSession } from "./play-session.ts";
import type { PlayerRun } from "./player-trial.ts";

const answerTimeoutMs = 10_000;

/** mpv in one session, over its JSON control socket. */
export const playWithMpv: PlayerRun = async (trial, log) => {
  await using folder = await createTemporaryFolder("mpv");
  const socketPath = join(folder.path, "control");
  const quiet = ["--no-config", "--no-input-terminal", "--vo=null", "--ao=null", "--ytdl=no", "--keep-open=always"];
  await using mpv = startDaemon("mpv", [...quiet, `--input-ipc-server=${socketPath}`, trial.url]);
  try {
    await mpv.waitUntil(() => existsSync(socketPath), 10_000);
    using channel = await openLineChannel({ path: socketPath });
    let lastId = 0;
    const request = (...command: readonly unknown[]): Promise<unknown> => ask(channel, ++lastId, command);
    await runSession(
      {
        position: async () => asNumber(await request("get_property", "time-pos")),
        duration: async () => asNumber(await request("get_property", "duration")),
        seek: async (seconds) => {
          await request("seek", seconds, "absolute");
        },
        problem: () => mpv.output().match(/Failed to .*/)?.[0],
      },
      trial,
    );
  } finally {
    log(mpv.output());
  }
};

async function ask(channel: LineChannel, id: number, command: readonly unknown[]): Promise<unknown> {
  const answer = channel.waitFor((line) => {
    const message = JSON.parse(line) as { request_id?: number; data?: unknown };
    return message.request_id === id ? message : undefined;
  }, answerTimeoutMs);
  channel.send(JSON.stringify({ command, request_id: id }));
  return (await answer).data;
}

function asNumber(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}
