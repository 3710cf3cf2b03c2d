/** What a decoder found in the bytes it was given. */
export interface DecodedPiece {
  /** Body bytes, a view into the input; absent where there are none yet. */
  readonly data: Uint8Array | undefined;
  /** Input bytes used up. */
  readonly consumedBytes: number;
  /** True after the last chunk and its trailer. */
  readonly isEnd: boolean;
}

const maxLineBytes = 8 * 1024;
const carriageReturn = 13;
const lineFeed = 10;

/** Decodes `Transfer-Encoding: chunked` (RFC 9112 section 7.1) without copying; extensions and trailers are skipped. */
export class ChunkedDecoder {
  #state: "size" | "data" | "data-end" | "trailer" = "size";
  #line = "";
  #remainingBytes = 0;

  /**
   * Decodes up to the end of one run of body bytes; call again with the rest.
   * @throws {Error} where the coding is broken
   */
  decode(input: Uint8Array): DecodedPiece {
    let position = 0;
    while (position < input.length) {
      if (this.#state === "data") {
        const length = Math.min(this.#remainingBytes, input.length - position);
        this.#remainingBytes -= length;
        if (this.#remainingBytes === 0) {
          this.#state = "data-end";
        }
        const data = input.subarray(position, position + length);
        return { data, consumedBytes: position + length, isEnd: false };
      }
      const line = this.#takeByte(input[position] ?? 0);
      position += 1;
      if (line !== undefined && this.#endLine(line)) {
        return { data: undefined, consumedBytes: position, isEnd: true };
      }
    }
    return { data: undefined, consumedBytes: position, isEnd: false };
  }

  #takeByte(byte: number): string | undefined {
    if (byte === lineFeed) {
      if (!this.#line.endsWith("\r")) {
        throw new Error("a line of the chunked coding does not end in CRLF");
      }
      const line = this.#line.slice(0, -1);
      this.#line = "";
      return line;
    }
    if (this.#line.length >= maxLineBytes || (this.#line.endsWith("\r") && byte !== carriageReturn)) {
      throw new Error("a line of the chunked coding is too long or broken");
    }
    this.#line += String.fromCharCode(byte);
    return undefined;
  }

  /** True at the very end. */
  #endLine(line: string): boolean {
    switch (this.#state) {
      case "size":
        this.#startChunk(line);
        return false;
      case "data-end":
        if (line !== "") {
          throw new Error("a chunk is longer than its size");
        }
        this.#state = "size";
        return false;
      default:
        return line === "";
    }
  }

  #startChunk(line: string): void {
    const match = /^([0-9a-f]{1,13})[ \t]*(?:;.*)?$/i.exec(line);
    if (match === null) {
      throw new Error("a chunk size cannot be read");
    }
    this.#remainingBytes = Number.parseInt(match[1] ?? "", 16);
    this.#state = this.#remainingBytes === 0 ? "trailer" : "data";
  }
}
