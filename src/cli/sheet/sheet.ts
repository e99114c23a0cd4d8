import { languageName } from '../../kiosk/languages.ts';
import { configurationAt } from '../../system/config/load.ts';
import type { Outside } from '../outside.ts';
import { svg } from '../page/svg.ts';
import { written } from '../page/written.ts';
import { guestsWithoutLine, type Instruction, instructionsFor, type TalkMode } from './instructions.ts';
import { sheetLayout } from './layout.ts';

export interface SheetOptions {
  /** Else the installed one, else the defaults. */
  readonly config?: string;
  /** Else the standard output. */
  readonly out?: string;
}

/** `dragoman sheet`: the page that tells guests how to speak. @throws UsageError @throws ConfigError */
export async function sheetCommand(
  { config, out }: SheetOptions,
  { stdout, stderr }: Pick<Outside, 'stdout' | 'stderr'>,
): Promise<void> {
  const configuration = await configurationAt(config);
  const missing = guestsWithoutLine(configuration);
  if (missing.length > 0)
    stderr.write(`dragoman: the sheet has no line in ${missing.map(languageName).join(', ')}\n`);
  await written(out, sheet(configuration.turn.mode, instructionsFor(configuration)), stdout);
}

/** The sheet as an SVG document of one A4 page. */
export function sheet(mode: TalkMode, instructions: readonly Instruction[]): string {
  return svg(sheetLayout(mode, instructions), 'en', 'Dragoman: how to speak');
}
