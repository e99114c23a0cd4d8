import { Option } from 'commander';
import { PLAYBACK_RATE_HZ } from '../../../audio/loudspeaker/loudspeaker.ts';
import { CAPTURE_RATE_HZ } from '../../../audio/pcm/frame.ts';
import { resample } from '../../../audio/pcm/resample.ts';
import { EXIT } from '../../../base/errors.ts';
import { wallDate } from '../../../base/time.ts';
import {
  cascadeSettings,
  dialogueSettings,
  serviceFrom,
  translateSettings,
} from '../../../daemon/interpreters.ts';
import { inDollars } from '../../../spending/money.ts';
import { loadPrices } from '../../../spending/prices.ts';
import { configurationAt } from '../../../system/config/load.ts';
import { CONFIG, type Common, type Definition, JSON_OUTPUT } from '../../command.ts';
import type { Io } from '../../io.ts';
import { costOfUses, expectedCost } from '../../probe/cost.ts';
import { PATIENCE_MS, probe } from '../../probe/probe.ts';
import { findingsText } from '../../probe/report.ts';
import { ESPEAK } from '../../prompts/render.ts';
import { withService } from '../../service.ts';
import { money } from '../../text.ts';

interface Options extends Common {
  readonly patient?: boolean;
  readonly standin?: boolean;
}

export const command: Definition = {
  about:
    'check with real sessions what Dragoman assumes about the service. It costs some cents, which are announced before anything is sent. All engines are checked, also those that interpreters.engines leaves out. The key comes from where "dragoman turn" finds it',
  options: [
    new Option('--patient', 'also wait until the service ends a session on which nothing is sent'),
    JSON_OUTPUT,
    CONFIG,
    new Option('--standin', 'check a local stand-in for the service: no key, no network'),
  ],
  examples: { 'sudo dragoman probe': 'with the stored key', 'dragoman probe --standin': 'without any cost' },
  exits: {
    ok: 'no assumption fails',
    unable: 'at least one assumption fails, or espeak-ng is missing',
    fault: 'the service cannot be used: a fault, with what to do',
  },
  run: runProbe,
};

/** What is said: a phrase of the book, so that a stand-in understands it, too. */
const LANGUAGES = { host: 'en', guest: 'es' };
const SAID = 'What time is breakfast served?';
const TRANSLATED = '¿A qué hora se sirve el desayuno?';

/** How long a run takes beyond the patience, in minutes. */
const MINUTES = 2;

/** @throws Fault when the service can't be used */
async function runProbe(io: Io, options: Options): Promise<void> {
  const { clock, signal, speech = ESPEAK } = io.outside;
  const { patient = false, standin = false } = options;
  const config = await configurationAt(options.config);
  const sound = resample(await speech.speak(SAID, 'en-us'), PLAYBACK_RATE_HZ, CAPTURE_RATE_HZ);
  const dialogue = dialogueSettings(config);
  const translate = translateSettings(config);
  const cascade = cascadeSettings(config);
  const prices = loadPrices();
  const at = wallDate(clock);
  const expected = standin ? 0 : expectedCost({ sound, dialogue, translate, cascade }, prices, at);
  const minutes = MINUTES + (patient ? PATIENCE_MS / 60_000 : 0);
  const cost = standin ? 'nothing (it uses a local stand-in)' : `about ${money(expected, 3)}`;
  io.note(`This costs ${cost} and takes about ${minutes.toFixed(0)} minutes. Ctrl-C ends it.\n`);
  const { findings, uses } = await withService(config, standin, io.outside, async (access) => {
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
        patient,
        inUrlOnly: access.inUrlOnly,
      },
      (line) => io.progress(line),
      signal,
    );
  });
  const microdollars = standin ? undefined : costOfUses(uses, prices, at);
  io.report(
    { expectedDollars: inDollars(expected), dollars: inDollars(microdollars ?? 0), findings },
    findingsText(findings, microdollars),
  );
  if (findings.some(({ verdict }) => verdict === 'fails')) io.exitCode = EXIT.unable;
}
