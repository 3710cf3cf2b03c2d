import { type Daemon, startDaemon } from "../real/daemon.ts";
import { findFreePort } from "../real/free-port.ts";
import { type LineChannel, openLineChannel } from "./line-channel.ts";
import { runSession } from "./play-session.ts";
import type { PlayerRun, PlayerTrial } from "./player-trial.ts";

const answerTimeoutMs = 10_000;

/** VLC in one session, over its line-based remote control. */
export const playWithVlc: PlayerRun = async (trial, log) => {
  const port = await findFreePort();
  const control = ["-I", "oldrc", "--rc-fake-tty", "--rc-host", `127.0.0.1:${port}`];
  const sinks = ["--vout", "dummy", "--aout", "adummy"];
  // VLC refuses to run as root, and must not read the settings of whoever runs the tests.
  // It takes its time to end when asked, and nothing of it is kept.
  const options = { asNobody: true, env: { ...process.env, HOME: "/nonexistent" }, stopSignal: "SIGKILL" } as const;
  await using vlc = startDaemon("cvlc", ["--no-color", ...control, ...sinks, trial.url], options);
  try {
    let channel: LineChannel | undefined;
    await vlc.waitUntil(async () => {
      channel = await openLineChannel({ host: "127.0.0.1", port }).catch(() => undefined);
      return channel !== undefined;
    }, 10_000);
    if (channel !== undefined) {
      using remote = channel;
      await runRemote(remote, trial, vlc);
    }
  } finally {
    log(vlc.output());
  }
};

async function runRemote(remote: LineChannel, trial: PlayerTrial, vlc: Daemon): Promise<void> {
  await runSession(
    {
      position: () => askNumber(remote, "get_time"),
      duration: () => askNumber(remote, "get_length"),
      seek: async (seconds) => {
        // It answers in whole seconds, and seeks to them.
        const answer = remote.waitFor(
          (line) => (line.startsWith("seek: returned") ? line : undefined),
          answerTimeoutMs,
        );
        remote.send(`seek ${Math.round(seconds)}`);
        await answer;
      },
      problem: () => vlc.output().match(/main input error: (.*)/)?.[1],
    },
    { ...trial, toleranceSeconds: Math.max(1, trial.toleranceSeconds ?? 0) },
  );
}

/** Answers are bare numbers among status lines; an empty line where nothing plays yet. */
async function askNumber(remote: LineChannel, command: string): Promise<number | undefined> {
  const answer = remote.waitFor((line) => line.match(/^(?:> )*(\d*)\s*$/)?.[1], answerTimeoutMs);
  remote.send(command);
  const text = await answer;
  return text === "" ? undefined : Number(text);
}
