/** Throws where a store could not work with these. @throws {RangeError} */
export function assertSliceStoreOptions(options: { readonly sliceBytes: number; readonly limitBytes: number }): void {
  const { sliceBytes, limitBytes } = options;
  if (!Number.isSafeInteger(sliceBytes) || sliceBytes < 1 || sliceBytes > 0xffff_ffff) {
    throw new RangeError(`A slice cannot have ${sliceBytes} bytes`);
  }
  if (!Number.isSafeInteger(limitBytes) || limitBytes < 0) {
    throw new RangeError(`A slice store cannot be limited to ${limitBytes} bytes`);
  }
}

/** Throws where `bytes` are no slice: a mistake of the caller. @throws {RangeError} */
export function assertSliceLength(bytes: Uint8Array, sliceBytes: number): void {
  if (bytes.length === 0 || bytes.length > sliceBytes) {
    throw new RangeError(`A slice of ${bytes.length} bytes does not fit a grid of ${sliceBytes}`);
  }
}
