import { sameLanguage } from '../../kiosk/languages.ts';
import { configurationAt } from '../../system/config/load.ts';
import type { Config } from '../../system/config/schema.ts';
import { NOTICES, type Notice } from './notices.ts';

export interface NoticeOptions {
  /** Else the installed one, else the defaults. */
  readonly config?: string;
  /** In every language there is, not only in those of the desk. */
  readonly all?: boolean;
}

/** `dragoman notice`: what has to be put up on the counter. @throws ConfigError */
export async function noticeCommand({ config, all = false }: NoticeOptions): Promise<string> {
  return notice(await configurationAt(config), all);
}

/** The notice, a paragraph for each language: those of the guests, of the host, and English at least. */
export function notice(config: Config, all = false): string {
  const { guest, guests, host } = config.languages;
  const own = [guest, ...guests, ...host, 'en'].flatMap((code) =>
    NOTICES.filter(({ language }) => sameLanguage(language, code)),
  );
  const chosen = new Set(all ? [...own, ...NOTICES] : own);
  return [...chosen].map((one) => `${one.name}\n${textOf(one, config)}\n`).join('\n');
}

function textOf({ machine, sent, staysHere, limits }: Notice, config: Config): string {
  const online = config.interpreters.engines.some((engine) => engine !== 'phrasebook');
  return [machine, online ? sent(serviceName(config)) : staysHere, limits].join('\n');
}

/** Who receives the speech: Google, or the host that the configuration names. */
function serviceName({ service }: Config): string {
  const host = new URL(service.baseUrl).hostname;
  return /(?:^|\.)googleapis\.com$/.test(host) ? 'Google' : host;
}
