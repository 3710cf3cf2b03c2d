/** Media types by the bytes files begin with: what a file is, whatever its name says. */
const signatures: readonly (readonly [type: string, offset: number, text: string])[] = [
  ["audio/flac", 0, "fLaC"],
  ["audio/ogg", 0, "OggS"],
  ["audio/wav", 8, "WAVE"],
  ["image/webp", 8, "WEBP"],
  ["video/x-msvideo", 8, "AVI "],
  ["audio/aiff", 8, "AIFF"],
  ["audio/aiff", 8, "AIFC"],
  ["image/png", 0, "\x89PNG\r\n\x1A\n"],
  ["image/jpeg", 0, "\xFF\xD8\xFF"],
  ["image/gif", 0, "GIF8"],
  ["image/avif", 4, "ftypavi"],
  ["image/heic", 4, "ftyphei"],
  ["image/heic", 4, "ftypmif1"],
  ["audio/mp4", 4, "ftypM4A"],
  ["audio/mp4", 4, "ftypM4B"],
  ["video/quicktime", 4, "ftypqt"],
  ["video/mp4", 4, "ftyp"],
  ["video/quicktime", 4, "moov"],
  ["audio/ape", 0, "MAC "],
  ["audio/wavpack", 0, "wvpk"],
  ["audio/x-ms-wma", 0, "\x30\x26\xB2\x75\x8E\x66\xCF\x11"],
  ["audio/mpeg", 0, "ID3"],
];

/** The type that a file's first bytes tell; `undefined` where they tell nothing for certain. */
export function mediaTypeOfHead(head: Uint8Array): string | undefined {
  const text = String.fromCharCode(...head.subarray(0, 64));
  if (text.startsWith("\x1A\x45\xDF\xA3")) {
    // The document type of its header tells the two apart (RFC 8794 section 11.2.6).
    return text.includes("webm") ? "video/webm" : "video/matroska";
  }
  const found = signatures.find(([, offset, signature]) => text.startsWith(signature, offset));
  return found?.[0] ?? frameSyncType(head);
}

/** Bare frames of MPEG audio: eleven set bits, then version, layer and a bitrate that is one; AAC's layer is 0. */
function frameSyncType([first = 0, second = 0, third = 0]: Uint8Array): string | undefined {
  if (first !== 0xff || (second & 0xe0) !== 0xe0 || (second & 0x18) === 0x08) {
    return undefined;
  }
  if ((second & 0x06) === 0) {
    return (second & 0xf0) === 0xf0 ? "audio/aac" : undefined;
  }
  return (third & 0xf0) === 0xf0 ? undefined : "audio/mpeg";
}

/** True for the types of files that hold tracks, which `container-tags.ts` reads. */
export function isTrackContainer(mediaType: string): boolean {
  return /^(?:audio|video)\/(?:x-)?(?:mp4|quicktime|m4[abv]|matroska|webm|ogg|mp2t|3gpp2?)$/.test(mediaType);
}
