const units: Readonly<Record<string, number>> = {
  "": 1,
  b: 1,
  k: 1024,
  m: 1024 ** 2,
  g: 1024 ** 3,
  t: 1024 ** 4,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
  tib: 1024 ** 4,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
};

/** Reads a number of bytes: `5000000`, `3MiB`, `1.5 GiB`, `10G` (as in nginx, 1024 ** 3), `10GB` (10 ** 10). Else `undefined`. */
export function parseSize(text: string): number | undefined {
  const [, digits, unit] = /^(\d{1,15}(?:\.\d{1,6})?)\s?([a-z]{0,3})$/i.exec(text.trim()) ?? [];
  const factor = unit === undefined ? undefined : units[unit.toLowerCase()];
  return digits === undefined || factor === undefined ? undefined : Math.round(Number(digits) * factor);
}

/** Formats a number of bytes for people: `0 B`, `1.5 MiB`, `10 GiB`. */
export function formatSize(bytes: number): string {
  const names = ["B", "KiB", "MiB", "GiB", "TiB"];
  let value = bytes;
  let place = 0;
  // 1023.95 would be shown as 1024.
  while (value >= 1023.95 && place < names.length - 1) {
    value /= 1024;
    place += 1;
  }
  return `${Number(value.toFixed(1))} ${names[place]}`;
}
