/** Takes bytes off a connection that carries HTTP/1.1 answers one after the other, and counts; keeps none of them. */
export class AnswerReader {
  bodyBytes = 0;
  answers = 0;
  #head = "";
  #leftOfAnswer = 0;

  /** @returns true where `chunk` completes an answer. @throws {Error} for an answer that is not 200 or 206 with a length */
  take(chunk: Buffer): boolean {
    let bodyInChunk = chunk.length;
    if (this.#leftOfAnswer === 0) {
      const end = this.#headEnd(chunk);
      if (end === undefined) {
        return false;
      }
      bodyInChunk = chunk.length - end;
    }
    this.bodyBytes += bodyInChunk;
    this.#leftOfAnswer -= bodyInChunk;
    return this.#leftOfAnswer === 0;
  }

  /** Where in `chunk` the body begins. A head is short, but may come in pieces. */
  #headEnd(chunk: Buffer): number | undefined {
    const before = this.#head.length;
    this.#head += chunk.toString("latin1", 0, 4096);
    const end = this.#head.indexOf("\r\n\r\n");
    if (end < 0) {
      return undefined;
    }
    this.#leftOfAnswer = contentLength(this.#head.slice(0, end));
    this.#head = "";
    this.answers += 1;
    return end + 4 - before;
  }
}

function contentLength(head: string): number {
  const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1]);
  if (!/^HTTP\/1\.1 20[06] /.test(head) || !(length > 0)) {
    throw new Error(`Not an answer with a length: ${head}`);
  }
  return length;
}
