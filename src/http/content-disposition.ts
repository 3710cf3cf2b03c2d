/**
 * Formats `Content-Disposition: attachment` with a file name (RFC 6266): an ASCII form for old clients, and the true name
 * in RFC 8187 encoding where the two differ.
 */
export function formatAttachment(fileName: string): string {
  const name = withoutControls(fileName).toWellFormed();
  const ascii = name
    .replace(/[^\x20-\x7e]/g, "_")
    .replace(/["\\]/g, "_")
    .replace(/%/g, "_");
  const plain = `attachment; filename="${ascii}"`;
  return ascii === name ? plain : `${plain}; filename*=UTF-8''${encodeExtendedValue(name)}`;
}

/** RFC 8187 section 3.2.1: attr-char stays, everything else becomes percent-encoded UTF-8. */
function encodeExtendedValue(text: string): string {
  return encodeURIComponent(text).replace(/['()*]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  });
}

/** Control characters and bidirectional overrides could disguise a file's type (`gpj.exe` shown as `exe.jpg`). */
function withoutControls(text: string): string {
  return text.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, "_");
}
