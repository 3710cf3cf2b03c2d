#!/usr/bin/env -S node --max-semi-space-size=8 --heap-growing-percent=40
// Nothing is imported statically: an older Node would fail on what is imported before it could say why.
const [major = 0] = process.versions.node.split(".").map(Number);

if (major < 24) {
  process.stderr.write(
    `sluice: Sluice needs Node 24 or newer, and this is Node ${process.versions.node} (${process.execPath}). ` +
      "Install a newer one from https://nodejs.org, or let npm bring it: npx --package=node@24 --package=sluice sluice\n",
  );
  process.exitCode = 1;
} else {
  const { default: cluster } = await import("node:cluster");
  if (cluster.isWorker) {
    const { runWorker } = await import("./worker.ts");
    await runWorker();
  } else {
    const { run } = await import("./run.ts");
    process.exitCode = await run(process.argv.slice(2));
  }
  // Whatever a library still holds open must not keep a stopped server alive; a pipe gets this long to take the last line.
  setTimeout(() => process.exit(), 500).unref();
}
