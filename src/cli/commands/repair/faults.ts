import {
  FAULT_CODES,
  FAULT_GROUPS,
  FAULTS,
  type FaultCode,
  type FaultEntry,
  type FaultGroup,
  type RetryRule,
} from '../../../kiosk/faults.ts';
import { lookInWords } from '../../../kiosk/shown/looks.ts';
import { CUE_FOR } from '../../../kiosk/shown/sounds.ts';
import { type Definition, JSON_OUTPUT } from '../../command.ts';

export const command: Definition = {
  about: 'print everything that can go wrong, and what to do (Markdown: docs/operator/faults.md)',
  options: [JSON_OUTPUT],
  examples: { 'dragoman faults | less': 'look a fault up by its id, like D61' },
  async run(io) {
    io.report(
      FAULT_CODES.map((code) => ({ code, ...FAULTS[code] })),
      faultsDocument(),
    );
  },
};

interface GroupWords {
  readonly title: string;
  /** The fields of its log line. */
  readonly log: readonly string[];
}

const FIELDS = ['fault', 'id', 'detail', 'hint'];
const DEVICE_FIELDS = ['device', ...FIELDS];
const SERVICE_FIELDS = [...FIELDS, 'retryInMs'];

const GROUPS: Readonly<Record<FaultGroup, GroupWords>> = {
  mute: { title: 'The mute switch', log: [] },
  microphone: { title: 'The microphone', log: DEVICE_FIELDS },
  loudspeaker: { title: 'The loudspeaker', log: DEVICE_FIELDS },
  device: { title: 'The button, or the device itself', log: FIELDS },
  account: { title: 'The account: key, quota, model', log: SERVICE_FIELDS },
  network: { title: 'The network', log: SERVICE_FIELDS },
  service: { title: 'The service', log: SERVICE_FIELDS },
};

const FIXED_BY: Readonly<Record<FaultEntry['fixedBy'], string>> = {
  nobody: 'nobody: it passes by itself',
  staff: 'the people at the desk',
  operator: 'the operator',
};

const RETRIES: Readonly<Record<RetryRule, string>> = {
  'at once': 'at once',
  backoff: 'after a growing wait',
  slow: 'after a long wait',
  'when changed': 'when something has changed',
};

const INTRODUCTION = `# Faults

\`dragoman faults\` generates this page from the fault table (\`src/kiosk/faults.ts\`) and its words (\`src/words/en.ts\`).
Change them there, not here.

A **fault** is something wrong that somebody can act on. It appears in four places, all generated from one table:

- **the trouble light**, by group: each group has its own pattern, which can be recognised by counting. The light shows
  the most urgent fault. Off means that there is no fault; on all the time means that the daemon is not running;
- **the loudspeaker**, when a fault makes a turn fail: a tone that is the same in every language, or a sentence in the
  languages of host and guest. If the sentence has no recording, a tone replaces it;
- **the log**, when it begins: the message is the title, \`fault\` the code, \`id\` the id, \`detail\` what happened this time
  and \`hint\` what to do. Until speech of this guest has been sent, \`detail\` quotes the service, 123 characters at
  most; after that, it only names the known wording that the service's words match. \`device\` is the device concerned, and
  \`retryInMs\` the time until the next attempt. If the fault made a turn fail, the line of the turn has \`fault\` too.
  No line contains anything that was said;
- **the card** next to the device (\`dragoman card\`), by its **id**, which is short enough to read out on the telephone.
  Its first digit is the number of flashes; 6 and 7 blink fast.

The **retry rule** states when the desk tries again: *at once*, on a fresh connection; *after a growing wait*; *after a long
wait*; or *when something has changed*, since nothing else would help. A press of the button always causes an immediate
attempt, and the desk never gives up for good.
`;

/** docs/operator/faults.md: every fault as the table has it. */
export function faultsDocument(): string {
  const groups = Map.groupBy(FAULT_CODES, (code) => FAULTS[code].group);
  return [INTRODUCTION, ...[...groups].map(([group, codes]) => section(group, codes))].join('\n');
}

function section(group: FaultGroup, codes: readonly FaultCode[]): string {
  const { title, log } = GROUPS[group];
  const fields =
    log.length === 0
      ? 'none of its own, only `fault` in the line of the turn'
      : log.map((field) => `\`${field}\``).join(', ');
  const looks = new Set(codes.map((code) => lookInWords(FAULTS[code].look)));
  return [
    `## D${FAULT_GROUPS.indexOf(group) + 1}x: ${title}`,
    '',
    `- **trouble light:** ${[...looks].join(', ')}`,
    `- **heard:** ${heard(codes)}`,
    `- **log fields:** ${fields}`,
    '',
    '| id | code | what it is | who can fix it | tried again | what to do |',
    '|---|---|---|---|---|---|',
    ...codes.map(row),
    '',
  ].join('\n');
}

function row(code: FaultCode): string {
  const { id, title, fixedBy, retry, hint } = FAULTS[code];
  const anchored = `<a id="${code}"></a>\`${code}\``;
  const cells = [id, anchored, title, FIXED_BY[fixedBy], RETRIES[retry], hint];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

/** What is heard of a group: named once where it is always the same, with the ids where it is not. */
function heard(codes: readonly FaultCode[]): string {
  const cues = Map.groupBy(codes, (code) => FAULTS[code].cue);
  return [...cues]
    .map(([cue, of]) => {
      const ids = cues.size === 1 ? '' : ` (${of.map((code) => FAULTS[code].id).join(', ')})`;
      return `${cue === 'trouble' ? 'the tone “trouble”' : `the sentence “${cue}”, or the tone “${CUE_FOR[cue]}”`}${ids}`;
    })
    .join('; ');
}
