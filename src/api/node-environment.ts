/** What Node's server tells the routes of a request, beside the request itself; absent in tests and under other servers. */
export interface NodeEnvironment {
  readonly incoming?: { readonly socket: { readonly remoteAddress?: string | undefined } } | undefined;
}

/** Who asks, as far as the connection tells. */
export function viewerOf(environment: NodeEnvironment | undefined): string {
  return environment?.incoming?.socket.remoteAddress ?? "unknown";
}
