/** A text is cut at a fixed length, and so may be the key at its end; fewer characters of it tell nothing. */
const SHORTEST_PIECE = 6;

/** A text of the service's or of the network's without the key, whole or cut, and without what looks like another one. */
export function redact(text: string, key: string): string {
  const masked = key === '' ? text : text.replaceAll(key, '…').replaceAll(encodeURIComponent(key), '…');
  return withoutPiece(masked, key)
    .replaceAll(/([?&](?:key|access_token)=)[^&\s"']+/g, '$1…')
    .replaceAll(/\b(?:AIza[\w-]{20,}|AQ\.[\w-]{20,})/g, '…');
}

function withoutPiece(text: string, key: string): string {
  for (let length = key.length - 1; length >= SHORTEST_PIECE; length -= 1) {
    if (text.endsWith(key.slice(0, length))) return `${text.slice(0, -length)}…`;
  }
  return text;
}
