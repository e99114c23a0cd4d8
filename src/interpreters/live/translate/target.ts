/**
 * The codes into which Live Translate translates, as the guide's table has them (page of 2026-07:
 * https://ai.google.dev/gemini-api/docs/live-api/live-translate#supported-languages).
 */
const TARGETS: ReadonlySet<string> = new Set(
  (
    'af ak am ar az be bg bn ca cs da de el en es et eu fa fi fil fr gl gu ha he hi hr hu hy id is it ja jv ka kk km ' +
    'kn ko lo lt lv mk ml mn mr ms my nb ne nl no pa pl pt-BR pt-PT ro ru rw sd si sk sl sq sr su sv sw ta te th tr ' +
    'uk ur uz vi zh-Hans zh-Hant zu'
  ).split(' '),
);

/** Primary codes of the languages of Live Translate. */
export const TRANSLATED_LANGUAGES: readonly string[] = [
  ...new Set([...TARGETS].map((code) => code.split('-')[0] ?? code)),
];

/**
 * The service's code for a language: without the region, but with the script of Chinese and the country of Portuguese. (It
 * takes `zh` for Simplified, `cmn` for Traditional: sokuji #398.)
 * @param language BCP-47
 * @returns undefined when the service does not have it
 */
export function targetCode(language: string): string | undefined {
  const locale = new Intl.Locale(language);
  const { language: primary, script } = locale.maximize();
  // The Portuguese of all other countries resembles that of Portugal.
  const country = locale.region === undefined || locale.region === 'BR' ? 'BR' : 'PT';
  const candidates = [primary, `${primary}-${script}`, `${primary}-${country}`, primary === 'nn' ? 'no' : ''];
  return candidates.find((code) => TARGETS.has(code));
}
