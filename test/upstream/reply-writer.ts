import { once } from "node:events";
import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { UpstreamObject } from "./upstream-object.ts";
import type { UpstreamReply } from "./upstream-reply.ts";

/** What the origin wants to know while a reply goes out. */
export interface ReplyObserver {
  onHead(status: number): void;
  onBodyBytes(count: number): void;
  onReplace(object: UpstreamObject): void;
}

const viewBytes = 64 * 1024;

/**
 * Sends a reply, faults and all, no faster than the peer reads.
 * @returns true where the connection may carry another request.
 */
export async function writeReply(
  socket: Socket,
  reply: UpstreamReply,
  method: string,
  observer: ReplyObserver,
  signal: AbortSignal,
): Promise<boolean> {
  if (reply.drop !== undefined) {
    breakConnection(socket, reply.drop);
    return false;
  }
  if (reply.stallHeadMs > 0) {
    await pause(reply.stallHeadMs, signal);
  }
  observer.onHead(reply.status);
  socket.write(Buffer.from(formatHead(reply), "latin1"));
  const bodiless = method === "HEAD" || reply.status === 304;
  if (!bodiless && !(await writeBody(socket, reply, observer, signal))) {
    return false;
  }
  if (reply.replaceAt?.afterBodyBytes === Infinity) {
    observer.onReplace(reply.replaceAt.with);
  }
  // A length that promised more can only end with the connection, or the peer waits for ever.
  if (reply.framing === "until-close" || (reply.contentLengthDelta > 0 && !bodiless)) {
    socket.end();
    return false;
  }
  return true;
}

function formatHead(reply: UpstreamReply): string {
  const { start, end } = reply.body;
  const fields = [...reply.fields];
  if (!fields.some(([name]) => name === "Date")) fields.push(["Date", new Date().toUTCString()]);
  if (reply.status !== 304) {
    if (reply.framing === "length") fields.push(["Content-Length", String(end - start + reply.contentLengthDelta)]);
    if (reply.framing === "chunked") fields.push(["Transfer-Encoding", "chunked"]);
  }
  fields.push(["Connection", reply.framing === "until-close" ? "close" : "keep-alive"]);
  const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return `${reply.prelude}HTTP/1.1 ${reply.status} ${STATUS_CODES[reply.status] ?? "Odd"}\r\n${lines}\r\n`;
}

async function writeBody(
  socket: Socket,
  reply: UpstreamReply,
  observer: ReplyObserver,
  signal: AbortSignal,
): Promise<boolean> {
  const { object, start, end } = reply.body;
  const stops = [reply.cut?.afterBodyBytes, reply.stallBody?.at, reply.replaceAt?.afterBodyBytes];
  for (let sent = 0; ;) {
    if (reply.replaceAt?.afterBodyBytes === sent) {
      observer.onReplace(reply.replaceAt.with);
    }
    if (reply.cut !== undefined && sent >= reply.cut.afterBodyBytes) {
      breakConnection(socket, reply.cut.how);
      return false;
    }
    if (reply.stallBody?.at === sent) {
      await pause(reply.stallBody.ms, signal);
    }
    const left = end - start - sent;
    if (left <= 0) break;
    const nextStop = Math.min(...stops.map((stop) => (stop !== undefined && stop > sent ? stop - sent : Infinity)));
    const view = object.view(start + sent, Math.min(left, nextStop, reply.trickle?.chunkBytes ?? viewBytes));
    await writeView(socket, view, reply.framing === "chunked", signal);
    sent += view.length;
    observer.onBodyBytes(view.length);
    if (reply.trickle !== undefined) {
      await pause(reply.trickle.everyMs, signal);
    }
  }
  if (reply.framing === "chunked") {
    socket.write("0\r\n\r\n");
  }
  return true;
}

async function writeView(socket: Socket, view: Uint8Array, chunked: boolean, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (chunked) socket.write(`${view.length.toString(16)}\r\n`);
  socket.write(view);
  if (chunked) socket.write("\r\n");
  if (socket.writableNeedDrain) {
    await once(socket, "drain", { signal });
  }
}

/** Waits, for ever if so told, but not past the connection. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(Math.min(ms, 2 ** 31 - 1), undefined, { signal });
}

function breakConnection(socket: Socket, how: "close" | "reset"): void {
  // A close sends what was written first; a reset may throw away what the peer has not read yet.
  if (how === "reset") socket.resetAndDestroy();
  else socket.end(() => socket.destroy());
}
