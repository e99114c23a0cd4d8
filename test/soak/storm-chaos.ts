/** Several things wrong at once, at any time: every turn still has its outcome, and the desk is well behind it. */
import type { Action } from '../../src/standin/script.ts';
import { ANYTHING, type Stage } from './stage.ts';
import { type Round, SERVICE_ROUNDS } from './storm-faults.ts';

const CONNECTIONS = SERVICE_ROUNDS.flatMap(({ connection }) =>
  connection === undefined ? [] : [connection],
);
const TURNS = SERVICE_ROUNDS.flatMap(({ turn }) => (turn === undefined ? [] : [turn]));

/** To whatever connection is open. */
const ACTIONS: readonly Action[] = [
  { do: 'reset' },
  { do: 'hang' },
  { do: 'stopReading' },
  { do: 'goAway', timeLeft: '0s' },
  { do: 'goAway', timeLeft: '2s' },
  { do: 'close', code: 1011, reason: 'Internal error encountered.' },
  { do: 'close', code: 1008, reason: 'The operation was aborted.' },
  { do: 'sendText', text: '{"serverContent":' },
  { do: 'send', message: { serverContent: { interrupted: true } } },
  { do: 'send', message: { serverContent: { turnComplete: true } } },
];

function disturb(stage: Stage): void {
  const { panel, player, microphone } = stage.desk;
  const action = stage.pick(ACTIONS);
  const does = stage.pick([
    () => player.die(),
    () => player.leave('gone'),
    () => player.comeBack(),
    () => microphone.fail('ended'),
    () => microphone.comeBack(),
    () => panel.press('repeat'),
    () => panel.press('language'),
    () => panel.press('mute'),
    () => panel.release('mute'),
    () => action !== undefined && void stage.far({ do: 'act', actions: [action] }),
    () => action !== undefined && void stage.far({ do: 'act', actions: [action] }),
    () => action !== undefined && void stage.far({ do: 'act', actions: [action] }),
  ]);
  does?.();
}

/** So many of these, by chance. */
function some<T>(stage: Stage, from: readonly T[], most: number): T[] {
  const count = Math.floor(stage.random() * (most + 1));
  return Array.from({ length: count }, () => stage.pick(from)).filter((one) => one !== undefined);
}

export const CHAOS: Round = {
  name: 'several at once',
  play: async (stage) => {
    const { panel, player, microphone } = stage.desk;
    if (stage.random() < 0.3) await stage.spareLapses();
    await stage.far({ do: 'connections', steps: some(stage, CONNECTIONS, 4) });
    await stage.far({ do: 'turns', steps: some(stage, TURNS, 4) });
    for (let presses = 1 + Math.floor(stage.random() * 4); presses > 0; presses--) {
      stage.press(ANYTHING);
      if (stage.random() < 0.4) disturb(stage);
      if (stage.random() < 0.8) await stage.speak();
      else await stage.wait(stage.between(0, 500));
      if (stage.random() < 0.4) disturb(stage);
      stage.release();
      await stage.wait(stage.between(0, 2000));
      if (stage.random() < 0.4) disturb(stage);
      await stage.wait(stage.between(0, 2000));
    }
    panel.release('mute');
    player.comeBack();
    microphone.comeBack();
    // Whoever pinned a language leaves; the next guest is another.
    await stage.ends();
    await stage.desk.idle(125_000);
  },
};
