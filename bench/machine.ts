import { cpus, release, totalmem } from "node:os";

/** One line that says where and when the figures were taken. */
export function machineFacts(): string {
  const [cpu] = cpus();
  const memory = `${(totalmem() / 1024 ** 3).toFixed(0)} GiB`;
  const cores = `${cpus().length} cores (${cpu?.model.trim() ?? "unknown"})`;
  return `${new Date().toISOString().slice(0, 10)}; ${cores}, ${memory}, Linux ${release()}, Node ${process.versions.node}.`;
}
