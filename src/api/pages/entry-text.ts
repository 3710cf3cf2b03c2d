const longestName = 160;
const keptEnd = 24;

/**
 * Characters that would not show, or that change how their neighbours show: controls, and the marks that override or
 * isolate direction (with U+202E `photo{RLO}gpj.exe` reads `photoexe.jpg`). Marks that Arabic and Hebrew need stay.
 */
// eslint-disable-next-line no-control-regex -- controls are what is looked for
const misleading = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/gu;

/**
 * A name as it may stand in a page: hidden characters made visible as U+FFFD, long names shortened in the middle so
 * that the ending is still seen. Not escaped for HTML.
 */
export function formatName(name: string): string {
  const shown = name.length > longestName ? shortenName(name) : name;
  return shown.toWellFormed().replace(misleading, "\ufffd");
}

function shortenName(name: string): string {
  // Where a cut goes through a pair of surrogates, toWellFormed() afterwards replaces the half.
  return `${name.slice(0, longestName - keptEnd)}…${name.slice(-keptEnd)}`;
}

const sizeUnits = ["kB", "MB", "GB", "TB", "PB"] as const;

/** A size in bytes for people, in powers of 1000: `840 B`, `4.2 MB`. */
export function formatSize(sizeBytes: number): string {
  if (sizeBytes < 1000) return `${sizeBytes} B`;
  let amount = sizeBytes / 1000;
  let unit = 0;
  // Compared as they will be rounded: 999,500 B is not "1000 kB", and 9,950 B is not "10.0 kB".
  while (amount >= 999.5 && unit < sizeUnits.length - 1) {
    amount /= 1000;
    unit++;
  }
  return `${amount < 9.95 ? amount.toFixed(1) : Math.round(amount)} ${sizeUnits[unit] ?? "PB"}`;
}

const dateFormat = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  year: "numeric",
  timeZone: "UTC",
});

/** The day for people, in UTC: `21 Nov 2026`; `undefined` for a date that is none. */
export function formatDay(date: Date): string | undefined {
  return Number.isNaN(date.getTime()) ? undefined : dateFormat.format(date);
}

/** `3 tracks`, `1 track`. */
export function formatCount(count: number, singular: string, plural = `${singular}s`): string {
  return `${count.toLocaleString("en-GB")} ${count === 1 ? singular : plural}`;
}
