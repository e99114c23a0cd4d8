/** Finds a secret in any form: plain, in a URL, in JSON, in base64, in hexadecimal. */
export function placesOf(secret: string, texts: Readonly<Record<string, string>>): string[] {
  const bytes = Buffer.from(secret);
  const forms = [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    ...inBase64(bytes),
    bytes.toString('hex'),
  ];
  return Object.entries(texts)
    .filter(([, text]) => forms.some((form) => text.includes(form)))
    .map(([place]) => place);
}

/** In the middle of other bytes it has three forms; their first and last characters depend on what is around. */
function inBase64(bytes: Buffer): string[] {
  return [0, 1, 2].map((before) =>
    Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '')
      .slice(before === 0 ? 0 : before + 1, -1),
  );
}
