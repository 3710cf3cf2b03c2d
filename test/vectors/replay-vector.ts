import { createMediaHandler } from "../../src/delivery/index.ts";
import type { Source } from "../../src/source/index.ts";
import { type FieldLine, RawConnection, type RawRequest } from "../wire/raw-client.ts";
import { checkResponse, type ObservedResponse } from "./check-response.ts";
import { fillVector, primingOf, type RangeVector } from "./range-vectors.ts";
import { keyOf } from "./replay-world.ts";

/** Primes, asks, and asks once more on the same connection: what follows an answer must parse cleanly (scenario K26). @returns breaches */
export async function replayOverSocket(port: number, vector: RangeVector): Promise<string[]> {
  const target = `/${keyOf(vector)}`;
  await using connection = await RawConnection.open(port);
  const prime = await connection.request({ method: "HEAD", target });
  const filled = fillVector(vector, primingOf(prime.fields));
  const request: RawRequest = {
    method: vector.method,
    target: vector.path ?? target,
    fields: filled.requestFields,
    ...(vector.raw === undefined ? {} : { version: vector.raw }),
  };
  const response = await connection.request(request);
  const breaches = checkResponse(filled, response);
  if (response.reusable) {
    const next = await connection.request({ method: "HEAD", target });
    if (next.status !== prime.status) breaches.push(`the next answer on the connection is ${next.status}`);
  } else if (vector.raw === undefined && vector.headers["Connection"] === undefined) {
    if (vector.resource !== "unknown-length") breaches.push("the connection cannot be used again");
  }
  return breaches;
}

/** The same as a Web request. @returns breaches */
export async function replayOverWeb(source: Source, vector: RangeVector): Promise<string[]> {
  const handler = createMediaHandler(source);
  const key = keyOf(vector);
  const prime = await handler.handleWeb(new Request(`http://127.0.0.1/${key}`, { method: "HEAD" }), key);
  const filled = fillVector(vector, primingOf([...prime.headers]));
  const headers = new Headers(filled.requestFields.map(([name, value]): [string, string] => [name, value]));
  const asked = vector.path?.slice(1) ?? key;
  const startedAt = performance.now();
  const response = await handler.handleWeb(
    new Request(`http://127.0.0.1/${asked}`, { method: vector.method, headers }),
    asked,
  );
  const body = new Uint8Array(await response.arrayBuffer());
  // A Web Response gets its Date from the server that sends it, not from a handler.
  const fields: FieldLine[] = [...response.headers, ["date", new Date().toUTCString()]];
  const elapsedMs = performance.now() - startedAt;
  const observed: ObservedResponse = { status: response.status, fields, body, complete: true, elapsedMs };
  return checkResponse(filled, observed);
}
