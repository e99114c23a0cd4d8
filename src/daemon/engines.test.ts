import pino from 'pino';
import { expect, it } from 'vitest';
import { VirtualClock } from '../../test/rig/virtual/clock.ts';
import type { Interpreter, InterpreterWatcher } from '../interpreters/interpreter.ts';
import { Fault } from '../kiosk/faults.ts';
import { Engines } from './engines.ts';

/** An engine that does nothing but tell how it is. */
function telling() {
  let told: InterpreterWatcher = { availability: () => {}, condition: () => {}, notes: () => {} };
  const interpreter: Interpreter = {
    abilities: { languages: 'any', needsSpeaker: false, online: true },
    watch: (watcher) => {
      told = watcher;
    },
    prepare: () => {},
    interpret: () => Promise.reject(new Fault('no-answer', 'never')),
    check: async () => {},
    forget: () => {},
    stop: async () => {},
  };
  return { interpreter, condition: (on: boolean) => told.condition(new Fault('model-gone', 'm'), on) };
}

it('a trouble that two engines have is over when it is over for both', async () => {
  const [dialogue, cascade] = [telling(), telling()];
  const told: boolean[] = [];
  const engines = new Engines(
    { dialogue: dialogue.interpreter, cascade: cascade.interpreter },
    new VirtualClock(),
    pino({ level: 'silent' }),
    (event) => event.event === 'condition' && told.push(event.on),
  );
  engines.start();
  dialogue.condition(false); // each session that opens says so
  expect(told).toEqual([]);
  dialogue.condition(true);
  cascade.condition(true);
  dialogue.condition(false);
  dialogue.condition(false);
  expect(told).not.toContain(false);
  cascade.condition(false);
  expect(told.at(-1)).toBe(false);
  await engines.stop();
});
