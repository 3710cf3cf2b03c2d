import { once } from "node:events";
import { type IncomingMessage, request as requestByHttp, type RequestOptions } from "node:http";
import { request as requestByHttps } from "node:https";
import { text } from "node:stream/consumers";

/** What the server said. */
export interface OwnAnswer {
  readonly status: number;
  readonly text: string;
}

/**
 * Asks the server that runs on this machine under this user. What its certificate says does not matter: that it is this server is known from
 * the note that only its user can read, and the token sent is one that it made for itself when it started.
 */
export async function askOwnServer(
  address: string,
  options: Pick<RequestOptions, "method" | "headers">,
): Promise<OwnAnswer> {
  const request = address.startsWith("https:")
    ? requestByHttps(address, { ...options, rejectUnauthorized: false })
    : requestByHttp(address, options);
  request.end();
  const [answer] = (await once(request, "response")) as [IncomingMessage];
  return { status: answer.statusCode ?? 0, text: await text(answer) };
}
