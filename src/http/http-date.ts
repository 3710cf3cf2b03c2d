const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const time = "([0-9]{2}):([0-9]{2}):([0-9]{2})";
const month = `(${months.join("|")})`;
const imfFixdate = new RegExp(`^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), ([0-9]{2}) ${month} ([0-9]{4}) ${time} GMT$`);
const rfc850Date = new RegExp(
  `^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, ([0-9]{2})-${month}-([0-9]{2}) ${time} GMT$`,
);
const asctimeDate = new RegExp(`^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ${month} ([0-9 ][0-9]) ${time} ([0-9]{4})$`);

/**
 * Parses an HTTP-date in any of its three formats (RFC 9110 section 5.6.7).
 * @returns seconds since 1970, or `undefined` for anything else; `Date.parse` would take far too much.
 */
export function parseHttpDate(value: string): number | undefined {
  const imf = imfFixdate.exec(value);
  if (imf !== null) {
    return secondsOf(Number(imf[3]), imf[2], imf[1], [imf[4], imf[5], imf[6]]);
  }
  const rfc850 = rfc850Date.exec(value);
  if (rfc850 !== null) {
    return secondsOf(resolveTwoDigitYear(Number(rfc850[3])), rfc850[2], rfc850[1], [rfc850[4], rfc850[5], rfc850[6]]);
  }
  const asctime = asctimeDate.exec(value);
  if (asctime !== null) {
    return secondsOf(Number(asctime[6]), asctime[1], asctime[2], [asctime[3], asctime[4], asctime[5]]);
  }
  return undefined;
}

/** Formats seconds since 1970 as an IMF-fixdate. */
export function formatHttpDate(epochSeconds: number): string {
  return new Date(epochSeconds * 1000).toUTCString();
}

/** HTTP-dates have whole seconds: the resolution at which dates are compared. */
export function httpDateSeconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}

/** A year that seems more than 50 years ahead is the most recent past one with those digits. */
function resolveTwoDigitYear(digits: number): number {
  const thisYear = new Date().getUTCFullYear();
  const year = thisYear - (thisYear % 100) + digits;
  return year > thisYear + 50 ? year - 100 : year;
}

function secondsOf(
  year: number,
  monthName: string | undefined,
  dayText: string | undefined,
  clock: readonly (string | undefined)[],
): number | undefined {
  const monthIndex = months.indexOf(monthName ?? "");
  const day = Number(dayText);
  const [hour, minute, second] = clock.map(Number);
  if (hour === undefined || minute === undefined || second === undefined) {
    return undefined;
  }
  // A leap second (:60) is grammatical and rolls over.
  if (hour > 23 || minute > 59 || second > 60) {
    return undefined;
  }
  const date = new Date(0);
  date.setUTCFullYear(year, monthIndex, day);
  if (date.getUTCMonth() !== monthIndex || date.getUTCDate() !== day) {
    return undefined;
  }
  return date.getTime() / 1000 + hour * 3600 + minute * 60 + second;
}
