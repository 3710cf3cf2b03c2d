/**
 * Why Sluice did not start, in words for whoever started it: what was tried, on what, and the fix. It is printed without a stack.
 */
export class StartError extends Error {
  override readonly name = "StartError";
  /** 2 where the command line or the configuration is wrong, 1 where the machine is in the way. */
  readonly exitCode: 1 | 2;

  constructor(exitCode: 1 | 2, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}
