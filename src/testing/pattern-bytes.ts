const period = 251;
const cycles = 1045;

const tables = new Map<number, Uint8Array<ArrayBuffer>>();

/**
 * The bytes of test objects: byte `i` is `(i * 31 + 7 + salt) % 251`, so that every byte tells its position modulo a prime, and
 * another `salt` makes another version that differs in every byte.
 */
export function patternByte(position: number, salt = 0): number {
  return ((position % period) * 31 + 7 + salt) % period;
}

/**
 * A view of the pattern that starts at `position`, at most `maxLength` and at most 256 KiB long. Nothing is allocated: the
 * pattern repeats, so that objects of any size can be served from one table. The view is shared; nobody may write to it.
 */
export function patternView(position: number, maxLength: number, salt = 0): Uint8Array<ArrayBuffer> {
  const offset = position % period;
  return tableOf(salt % period).subarray(offset, offset + Math.min(maxLength, period * (cycles - 1)));
}

/** A new array with `length` bytes of the pattern from `position`. */
export function patternBytes(position: number, length: number, salt = 0): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length;) {
    const view = patternView(position + done, length - done, salt);
    bytes.set(view, done);
    done += view.length;
  }
  return bytes;
}

/** Where `bytes` first differs from the pattern at `position`, as an index into `bytes`, or -1. */
export function findPatternBreach(bytes: Uint8Array, position: number, salt = 0): number {
  for (let done = 0; done < bytes.length;) {
    const expected = patternView(position + done, bytes.length - done, salt);
    const actual = bytes.subarray(done, done + expected.length);
    if (Buffer.compare(actual, expected) !== 0) {
      return done + actual.findIndex((byte, index) => byte !== expected[index]);
    }
    done += expected.length;
  }
  return -1;
}

function tableOf(salt: number): Uint8Array<ArrayBuffer> {
  let table = tables.get(salt);
  if (table === undefined) {
    table = Uint8Array.from({ length: period * cycles }, (_, index) => patternByte(index, salt));
    tables.set(salt, table);
  }
  return table;
}
