/** What the listener tells the routes of a request, beside the request itself; absent in tests and under other servers. */
export interface RequestEnvironment {
  /** Who asks, as far as the connection tells: an address. */
  readonly viewer?: string | undefined;
}
