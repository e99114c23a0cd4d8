import { type StatusAnswer, statusAnswer } from '../../../control/protocol.ts';
import { CONFIG, type Common, type Definition, JSON_OUTPUT } from '../../command.ts';
import { duration, table } from '../../text.ts';
import { daemonOf } from '../daemon.ts';
import { languageFacts } from './language.ts';

export const command: Definition = {
  options: [JSON_OUTPUT, CONFIG],
  examples: { 'dragoman status': 'all of it', "dragoman status --json | jq '.faults'": 'only what is wrong' },
  exits: { ok: 'the daemon answers, whatever is wrong', unable: 'no daemon runs, or it does not answer' },
  async run(io, options: Common) {
    const ask = await daemonOf(io.outside, options);
    const status = await ask('/status', statusAnswer);
    io.report(status, statusText(status));
  },
};

function statusText(status: StatusAnswer): string {
  const { activity, turn, talkMode, conversation, service, engines, route, money } = status;
  const { devices, muted, faults, notes, languages, volumePercent, version, uptimeS } = status;
  const isOf = ({ is, fault }: StatusAnswer['service']) => (fault === undefined ? is : `${is}: ${fault}`);
  const facts = table([
    ['release', `${version}, up for ${duration(uptimeS)}`],
    ['doing', turn === undefined ? activity : `${activity} (turn ${turn})`],
    ['talk mode', `${talkMode}${conversation ? ', a conversation is open' : ''}`],
    ['service', isOf(service)],
    ...Object.entries(engines).map(([engine, is]) => [engine, isOf(is)]),
    ['route', route],
    ['budget', money],
    ...Object.entries(devices),
    ['muted', muted ? 'yes' : 'no'],
    ...languageFacts(languages),
    ['volume', `${volumePercent} %`],
  ]);
  const trouble = faults.map(({ id, title, hint }) => `\n${id} ${title}\n    what to do: ${hint}\n`);
  return [facts, ...trouble, ...notes.map((note) => `\nnote: ${note}\n`)].join('');
}
