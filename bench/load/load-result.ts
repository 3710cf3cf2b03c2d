/** What one run of a load program did. */
export interface LoadResult {
  readonly seconds: number;
  /** Body bytes received. */
  readonly bytes: number;
  readonly requests: number;
  /** CPU the load program itself took: near `seconds`, it was the limit, not the server. */
  readonly clientCpuSeconds: number;
}
