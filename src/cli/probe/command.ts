import { PLAYBACK_RATE_HZ } from '../../audio/loudspeaker/loudspeaker.ts';
import { CAPTURE_RATE_HZ } from '../../audio/pcm/frame.ts';
import { resample } from '../../audio/pcm/resample.ts';
import { jsonText } from '../../base/foreign-text.ts';
import { wallDate } from '../../base/time.ts';
import {
  cascadeSettings,
  dialogueSettings,
  serviceFrom,
  translateSettings,
} from '../../daemon/interpreters.ts';
import { Fault } from '../../kiosk/faults.ts';
import { inDollars } from '../../spending/money.ts';
import { loadPrices } from '../../spending/prices.ts';
import { configurationAt } from '../../system/config/load.ts';
import { money } from '../costs/table.ts';
import { EXIT } from '../exit.ts';
import type { Outside } from '../outside.ts';
import { Progress } from '../progress.ts';
import { ESPEAK } from '../prompts/render.ts';
import { faultText } from '../report.ts';
import { withService } from '../service.ts';
import { costOfUses, expectedCost } from './cost.ts';
import { PATIENCE_MS, probe } from './probe.ts';
import { findingsText } from './report.ts';

export interface ProbeOptions {
  readonly config?: string;
  readonly json?: boolean;
  readonly patient?: boolean;
  readonly standin?: boolean;
}

/** What is said: a phrase of the book, so that a stand-in understands it, too. */
const LANGUAGES = { host: 'en', guest: 'es' };
const SAID = 'What time is breakfast served?';
const TRANSLATED = '¿A qué hora se sirve el desayuno?';

/** How long a run takes beyond the patience, in minutes. */
const MINUTES = 2;

/** `dragoman probe`: checks with the configured key what Dragoman assumes about the service. @returns the exit code */
export async function probeCommand(options: ProbeOptions, outside: Outside): Promise<number> {
  const { stdout, stderr, clock, signal, speech = ESPEAK } = outside;
  const config = await configurationAt(options.config);
  const sound = resample(await speech.speak(SAID, 'en-us'), PLAYBACK_RATE_HZ, CAPTURE_RATE_HZ);
  const dialogue = dialogueSettings(config);
  const translate = translateSettings(config);
  const cascade = cascadeSettings(config);
  const prices = loadPrices();
  const at = wallDate(clock);
  const expected =
    options.standin === true ? 0 : expectedCost({ sound, dialogue, translate, cascade }, prices, at);
  const minutes = MINUTES + (options.patient === true ? PATIENCE_MS / 60_000 : 0);
  const cost =
    options.standin === true ? 'nothing (it uses a local stand-in)' : `about ${money(expected, 3)}`;
  stderr.write(`This costs ${cost} and takes about ${minutes.toFixed(0)} minutes. Ctrl-C ends it.\n`);
  const progress = new Progress(stderr, clock);
  try {
    const { findings, uses } = await withService(
      config,
      options.standin === true,
      outside,
      async (access) => {
        const service = await serviceFrom(access.config, access.key);
        return probe(
          {
            access: { service, limits: dialogue, world: access.world },
            dialogue,
            translate,
            cascade,
            languages: LANGUAGES,
            sound,
            text: TRANSLATED,
            patient: options.patient === true,
            inUrlOnly: access.inUrlOnly,
          },
          (line) => progress.tell(line),
          signal,
        );
      },
    );
    progress.end();
    const microdollars = options.standin === true ? undefined : costOfUses(uses, prices, at);
    stdout.write(
      options.json === true
        ? `${jsonText({ expectedDollars: inDollars(expected), dollars: inDollars(microdollars ?? 0), findings }, 2)}\n`
        : findingsText(findings, microdollars),
    );
    return findings.some(({ verdict }) => verdict === 'fails') ? EXIT.unable : EXIT.ok;
  } catch (error) {
    progress.end();
    if (!(error instanceof Fault)) throw error;
    stderr.write(faultText(error));
    return EXIT.fault;
  }
}
