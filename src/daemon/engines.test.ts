import pino from 'pino';
import { expect, it } from 'vitest';
import { VirtualClock } from '../../test/rig/virtual/clock.ts';
import type { Interpreter, InterpreterWatcher } from '../interpreters/interpreter.ts';
import { Fault } from '../kiosk/faults.ts';
import { Engines } from './engines.ts';

/** An engine that only reports its state. */
function telling() {
  let watching: InterpreterWatcher = { availability: () => {}, condition: () => {}, notes: () => {} };
  const interpreter: Interpreter = {
    abilities: { languages: 'any', needsSpeaker: false, online: true },
    watch: (watcher) => {
      watching = watcher;
    },
    prepare: () => {},
    interpret: () => Promise.reject(new Fault('no-answer', 'never')),
    check: async () => {},
    forget: () => {},
    stop: async () => {},
  };
  return { interpreter, condition: (on: boolean) => watching.condition(new Fault('model-gone', 'm'), on) };
}

it('a trouble that two engines have is over when it is over for both', async () => {
  const [dialogue, cascade] = [telling(), telling()];
  const reported: boolean[] = [];
  const engines = new Engines(
    { dialogue: dialogue.interpreter, cascade: cascade.interpreter },
    new VirtualClock(),
    pino({ level: 'silent' }),
    (event) => event.event === 'condition' && reported.push(event.on),
  );
  engines.start();
  dialogue.condition(false); // each session that opens says so
  expect(reported).toEqual([]);
  dialogue.condition(true);
  cascade.condition(true);
  dialogue.condition(false);
  dialogue.condition(false);
  expect(reported).not.toContain(false);
  cascade.condition(false);
  expect(reported.at(-1)).toBe(false);
  await engines.stop();
});
