/** The words of an HTML document, without its head, as they are read. */
export function textOf(html: string): string {
  return html
    .replace(/[\s\S]*<body>/, '')
    .replaceAll(/<svg[\s\S]*?<\/svg>/g, ' ')
    .replaceAll(/<\/?(?:code|bdi|b)\b[^>]*>/g, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(
      /&(amp|lt|gt|quot);/g,
      (_, name: string) => ({ amp: '&', lt: '<', gt: '>', quot: '"' })[name] ?? '',
    )
    .replaceAll(/\s+/g, ' ');
}
