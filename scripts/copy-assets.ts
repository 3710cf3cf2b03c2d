// The build's second half: files that are served as they are, which `tsc` leaves behind.
import { cpSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = new URL("../", import.meta.url);
const assets = "api/pages/assets";
cpSync(fileURLToPath(new URL(`src/${assets}`, root)), fileURLToPath(new URL(`dist/${assets}`, root)), {
  recursive: true,
});
