import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { fieldValues, RawConnection, rawRequest, type RawResponse } from "./raw-client.ts";

/** Sends `text` to whoever connects and asks, then closes, resets or waits. */
async function answerWith(
  text: string,
  then: "close" | "reset" | "wait" = "close",
  options: Parameters<typeof rawRequest>[2] & { method?: string } = {},
): Promise<RawResponse> {
  const server = createServer((socket: Socket) => {
    socket.on("error", () => {});
    socket.once("data", () => {
      socket.write(Buffer.from(text, "latin1"), () => {
        if (then === "close") socket.end();
        // A moment, so that the peer reads what was sent before the reset throws it away.
        if (then === "reset") setTimeout(() => socket.resetAndDestroy(), 30);
      });
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  try {
    return await rawRequest(port, { method: options.method ?? "GET", target: "/" }, { timeoutMs: 300, ...options });
  } finally {
    server.close();
  }
}

describe("RawConnection.readResponse()", () => {
  it("keeps field lines in order, with duplicates and as they were written", async () => {
    const response = await answerWith("HTTP/1.1 200 OK\r\nX-B: 1\r\nx-a:2 \r\nX-B:\t3\r\nContent-Length: 2\r\n\r\nhi");
    expect(response.fields.slice(0, 3)).toEqual([
      ["X-B", "1"],
      ["x-a", "2"],
      ["X-B", "3"],
    ]);
    expect(fieldValues(response.fields, "x-b")).toEqual(["1", "3"]);
    expect([response.complete, response.reusable, Buffer.from(response.body).toString()]).toEqual([true, true, "hi"]);
  });

  it("reads chunked bodies and sees a missing end", async () => {
    const head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    const whole = await answerWith(`${head}3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n`);
    expect([whole.complete, Buffer.from(whole.body).toString()]).toEqual([true, "abcde"]);
    expect((await answerWith(`${head}3\r\nabc\r\n`)).complete).toBe(false);
    expect((await answerWith(`${head}9\r\nabc`)).complete).toBe(false);
    await expect(answerWith(`${head}3\r\nabcd\r\n0\r\n\r\n`)).rejects.toThrow("Bytes after a chunk");
    await expect(answerWith(`${head}zz\r\nabc\r\n`)).rejects.toThrow("Not a chunk size");
  });

  it("tells a body that ends with the connection from one that breaks", async () => {
    expect(await answerWith("HTTP/1.1 200 OK\r\n\r\nhi")).toMatchObject({ complete: true, reusable: false });
    expect((await answerWith("HTTP/1.1 200 OK\r\n\r\nhi", "reset")).complete).toBe(false);
    const short = await answerWith("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhi");
    expect([short.complete, short.body.length]).toEqual([false, 2]);
  });

  it("expects no body where there is none", async () => {
    expect((await answerWith("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", "wait")).complete).toBe(true);
    const toHead = await answerWith("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "wait", { method: "HEAD" });
    expect([toHead.complete, toHead.framing]).toEqual([true, "none"]);
  });

  it("keeps interim responses aside", async () => {
    const response = await answerWith("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n");
    expect([response.status, response.interim.map(({ status }) => status)]).toEqual([204, [103]]);
  });

  it.each([
    ["a bare LF", "HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n"],
    ["a blank before the colon", "HTTP/1.1 200 OK\r\nContent-Length : 0\r\n\r\n"],
    ["a folded line", "HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 0\r\n\r\n"],
    ["two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nhi"],
    ["a length and a coding", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"],
    ["a negative length", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"],
    ["chunks on HTTP/1.0", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"],
    ["something else", "ICY 200 OK\r\n\r\n"],
    ["nothing", ""],
  ])("refuses %s", async (_, text) => {
    await expect(answerWith(text)).rejects.toThrow();
  });

  it("gives up at its deadline", async () => {
    await expect(answerWith("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhi", "wait")).rejects.toThrow("in time");
  });

  it("finds surplus bytes, and reads a second response behind the first", async () => {
    const server = createServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", () => {
        socket.write("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\naHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nb!!");
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    await using connection = await RawConnection.open((server.address() as AddressInfo).port);
    expect(Buffer.from((await connection.request({ target: "/" })).body).toString()).toBe("a");
    expect(Buffer.from((await connection.readResponse()).body).toString()).toBe("b");
    expect((await connection.reader.takeSurplus(50)).toString()).toBe("!!");
    server.close();
  });
});
