import type { DeliveryPolicy } from "./delivery-policy.ts";
import { emptyBody, type Reply } from "./reply.ts";
import type { RequestHead } from "./request-head.ts";

/** Not on the safelist, and players over `fetch` cannot seek without them. */
const exposedHeaders =
  "Content-Range, Accept-Ranges, ETag, Content-Length, Last-Modified, Content-Disposition, Cache-Status, Server-Timing";
const allowedRequestHeaders = "Range, If-Range, If-Match, If-None-Match, If-Modified-Since, If-Unmodified-Since";

/** The fields that let other origins embed and read media; on every answer, errors too. */
export function crossOriginFields(request: RequestHead, policy: DeliveryPolicy): Record<string, string> {
  return {
    "cross-origin-resource-policy": policy.crossOriginResourcePolicy,
    ...allowOrigin(request.header("origin"), policy),
  };
}

function allowOrigin(origin: string | undefined, policy: DeliveryPolicy): Record<string, string> {
  if (policy.allowedOrigins === "*") {
    return readableBy("*");
  }
  // The answer depends on the origin, so caches must keep them apart even where it is refused.
  if (origin === undefined || !policy.allowedOrigins.includes(origin)) {
    return { vary: "Origin" };
  }
  return { ...readableBy(origin), vary: "Origin" };
}

/** Scripts of that origin may read the answer and, which CORS does not cover, its timing. */
function readableBy(origin: string): Record<string, string> {
  return {
    "access-control-allow-origin": origin,
    "access-control-expose-headers": exposedHeaders,
    "timing-allow-origin": origin,
  };
}

/** Answers OPTIONS, a CORS preflight among others. */
export function replyToOptions(request: RequestHead): Reply {
  const isPreflight = request.header("access-control-request-method") !== undefined;
  return {
    status: 204,
    headers: {
      allow: "GET, HEAD, OPTIONS",
      ...(isPreflight
        ? {
            "access-control-allow-methods": "GET, HEAD",
            "access-control-allow-headers": allowedRequestHeaders,
            "access-control-max-age": "86400",
          }
        : {}),
    },
    body: emptyBody,
  };
}
