/** True for an error of Node's with that code: `ENOENT`. */
export function isErrorCode(error: unknown, code: string): error is Error & { readonly code: string } {
  return errorCodeOf(error) === code;
}

/** The code of an error of Node's. */
export function errorCodeOf(error: unknown): string | undefined {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : undefined;
}
