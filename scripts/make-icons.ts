// Draws the player's icons from web/public/icon.svg; what it writes is committed. Run it again when the picture changes.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";

const folder = join(import.meta.dirname, "../web/public");
const ground = "#0d6b7c";
const svg = await readFile(join(folder, "icon.svg"));

async function draw(name: string, size: number, share = 1): Promise<void> {
  const inner = Math.round(size * share);
  const picture = await sharp(svg, { density: (72 * inner) / 32 })
    .resize(inner, inner)
    .png()
    .toBuffer();
  // Maskable and Apple icons are cut by the system: they reach to the edge, with the picture well inside.
  const background = share < 1 ? ground : { r: 0, g: 0, b: 0, alpha: 0 };
  const canvas = sharp({ create: { width: size, height: size, channels: 4, background } });
  await writeFile(
    join(folder, name),
    await canvas
      .composite([{ input: picture }])
      .png({ palette: true })
      .toBuffer(),
  );
}

await draw("icon-192.png", 192);
await draw("icon-512.png", 512);
await draw("icon-maskable-512.png", 512, 0.72);
await draw("icon-180.png", 180, 0.86);
