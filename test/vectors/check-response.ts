import { findPatternBreach, patternBytes } from "../../src/testing/pattern-bytes.ts";
import { fieldValues, type FieldLine } from "../wire/response-head.ts";
import { parseMultipartBody } from "./multipart-body.ts";
import type { FieldExpectation, FilledVector } from "./range-vectors.ts";

/** A response from whatever path: socket or Web. */
export interface ObservedResponse {
  readonly status: number;
  readonly fields: readonly FieldLine[];
  readonly body: Uint8Array;
  /** False where the transfer broke. */
  readonly complete: boolean;
  readonly elapsedMs: number;
}

/** The bytes a vector expects, slices joined, or `undefined` where it leaves the body open. */
export function expectedBody(vector: FilledVector): Uint8Array | undefined {
  return vector.body === null
    ? undefined
    : Buffer.concat(vector.body.map(([first, last]) => patternBytes(first, last - first + 1)));
}

/**
 * Compares a response with the primary answer of a vector, and with the policy every answer of this server keeps.
 * @returns the breaches; none where the response is right.
 */
export function checkResponse(vector: FilledVector, response: ObservedResponse): string[] {
  const breaches: string[] = [];
  if (response.status !== vector.status) {
    breaches.push(`status ${response.status}, not ${vector.status}`);
  }
  if (vector.never?.includes(response.status) === true) {
    breaches.push(`status ${response.status} is never right here`);
  }
  if (!response.complete) {
    breaches.push(`the transfer broke after ${response.body.length} bytes`);
  }
  if (vector.maxMs !== undefined && response.elapsedMs > vector.maxMs) {
    breaches.push(`took ${Math.round(response.elapsedMs)} ms, more than ${vector.maxMs}`);
  }
  for (const [name, expected] of Object.entries(vector.responseHeaders)) {
    breaches.push(...checkField(name, expected, fieldValues(response.fields, name)));
  }
  breaches.push(...(vector.multipart === true ? checkParts(vector, response) : checkBody(vector, response)));
  breaches.push(...checkPolicy(vector, response));
  return breaches;
}

function checkField(name: string, expected: FieldExpectation, values: readonly string[]): string[] {
  const [value] = values;
  if (values.length > 1) {
    return [`${values.length} field lines of ${name}`];
  }
  if (expected === null) {
    return value === undefined ? [] : [`${name} is ${JSON.stringify(value)}, must be absent`];
  }
  if (typeof expected === "string") {
    return value === expected ? [] : [`${name} is ${JSON.stringify(value)}, not ${JSON.stringify(expected)}`];
  }
  if (value === undefined) {
    return expected.optional === true ? [] : [`${name} is absent`];
  }
  const matches = compilePattern(expected.re).test(value);
  return matches ? [] : [`${name} is ${JSON.stringify(value)}, does not match ${expected.re}`];
}

function compilePattern(text: string): RegExp {
  return text.startsWith("(?i)") ? new RegExp(text.slice(4), "i") : new RegExp(text);
}

function checkBody(vector: FilledVector, { body }: ObservedResponse): string[] {
  const expected = expectedBody(vector);
  if (expected === undefined) {
    return [];
  }
  if (body.length !== expected.length) {
    return [`body of ${body.length} bytes, not ${expected.length}`];
  }
  const breach = Buffer.compare(body, expected) === 0 ? -1 : body.findIndex((byte, index) => byte !== expected[index]);
  return breach === -1 ? [] : [`body differs at byte ${breach}: ${body[breach]}, not ${expected[breach]}`];
}

function checkParts(vector: FilledVector, response: ObservedResponse): string[] {
  const contentType = fieldValues(response.fields, "Content-Type")[0] ?? "";
  const parts = parseMultipartBody(contentType, response.body);
  if (typeof parts === "string") {
    return [`multipart: ${parts}`];
  }
  const breaches: string[] = [];
  const slices = vector.body ?? [];
  if (parts.length !== slices.length) {
    breaches.push(`multipart: ${parts.length} parts, not ${slices.length}`);
  }
  for (const [index, part] of parts.entries()) {
    const [first, last] = slices[index] ?? [];
    const range = `${part.first}-${part.last}`;
    if (part.first !== first || part.last !== last) {
      breaches.push(`multipart: part ${index + 1} is ${range}, not ${first}-${last}`);
    }
    if (part.total !== vector.size) {
      breaches.push(`multipart: part ${index + 1} says a total of ${part.total}, not ${vector.size}`);
    }
    if (part.contentType !== vector.priming.contentType) {
      breaches.push(`multipart: part ${index + 1} is of type ${part.contentType}, not ${vector.priming.contentType}`);
    }
    const breach = findPatternBreach(part.bytes, part.first);
    if (breach !== -1) {
      breaches.push(`multipart: part ${index + 1} differs at byte ${breach}`);
    }
  }
  return breaches;
}

/** What the policy (ranges.md) wants of every answer, so that each of the cases tests it too. */
function checkPolicy(vector: FilledVector, { status, fields, body }: ObservedResponse): string[] {
  const breaches: string[] = [];
  const length = fieldValues(fields, "Content-Length")[0];
  const bodiless = vector.method === "HEAD" || status === 304;
  if (bodiless && body.length > 0) {
    breaches.push(`policy: ${body.length} body bytes in answer to ${vector.method} with ${status}`);
  }
  if (!bodiless && length !== undefined && Number(length) !== body.length) {
    breaches.push(`policy: Content-Length ${length} over ${body.length} body bytes`);
  }
  if (vector.resource !== "unknown-length") {
    if (fieldValues(fields, "Transfer-Encoding").length > 0) breaches.push("policy: Transfer-Encoding on a known length");
    if (!bodiless && length === undefined) breaches.push("policy: no Content-Length on a known length");
  }
  if (status === 304 && vector.priming.etag !== fieldValues(fields, "ETag")[0]) {
    breaches.push("policy: a 304 must repeat the ETag");
  }
  if (status === 416) {
    const media = ["Content-Encoding", "Content-Disposition", "Last-Modified"].filter(
      (name) => fieldValues(fields, name).length > 0,
    );
    if (media.length > 0) breaches.push(`policy: a 416 with ${media.join(", ")} of the media`);
    if (body.length > 2048) breaches.push(`policy: a 416 with ${body.length} body bytes`);
  }
  return breaches;
}
