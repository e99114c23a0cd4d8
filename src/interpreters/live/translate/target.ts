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

/** Primary codes of the languages that Live Translate hears and speaks. */
export const TRANSLATED_LANGUAGES: readonly string[] = [
  ...new Set([...TARGETS].map((code) => code.split('-')[0] ?? code)),
];

/**
 * The code that the service wants for a language: without its region, but with the script of Chinese and the country
 * of Portuguese. (A bare `zh` is taken for Simplified, `cmn` for Traditional: sokuji #398.)
 * @param language BCP-47
 * @returns undefined when it is none of the service's
 */
export function targetCode(language: string): string | undefined {
  const locale = new Intl.Locale(language);
  const { language: primary, script } = locale.maximize();
  // Every other country that speaks Portuguese writes and speaks it rather like Portugal.
  const country = locale.region === undefined || locale.region === 'BR' ? 'BR' : 'PT';
  const candidates = [primary, `${primary}-${script}`, `${primary}-${country}`, primary === 'nn' ? 'no' : ''];
  return candidates.find((code) => TARGETS.has(code));
}
