import { describe, expect, it } from 'vitest';
import { SETTINGS } from '../../../test/rig/kiosk-settings.ts';
import type { KioskEvent } from '../events.ts';
import { initialState } from '../state.ts';
import { transition } from '../transition.ts';
import { wordingOf } from '../wording.ts';
import { status } from './status.ts';

type Bare = KioskEvent extends infer E ? (E extends KioskEvent ? Omit<E, 'atMs'> : never) : never;

/** The status after these events, 100 ms apart. */
function statusAfter(...events: readonly Bare[]) {
  let state = initialState({ ...SETTINGS, hosts: ['de'] }, 0);
  for (const event of events)
    state = transition(state, { atMs: state.nowMs + 100, ...event } as KioskEvent).state;
  return status(state);
}

const pressed = { event: 'talk pressed', button: 'talk' } as const;
const released = { event: 'talk released', button: 'talk' } as const;

describe('the status', () => {
  it('of a desk that has just been started', () => {
    expect(statusAfter()).toEqual({
      activity: 'nothing',
      talkMode: 'hold',
      conversation: false,
      service: { is: 'unknown' },
      engines: {},
      route: 'dialogue (preferred)',
      money: 'within',
      devices: { microphone: 'starting', loudspeaker: 'starting', panel: 'starting' },
      muted: false,
      faults: [],
      languages: { host: 'de', guest: { code: 'es', by: 'default' } },
      volumePercent: 70,
    });
  });

  it('has the activity, and the number of the turn', () => {
    expect(statusAfter(pressed)).toMatchObject({ activity: 'listening', turn: 1 });
    expect(statusAfter(pressed, released)).toMatchObject({ activity: 'awaiting translation', turn: 1 });
    expect(statusAfter(pressed, released, { event: 'playing', turn: 1 })).toMatchObject({
      activity: 'speaking',
      turn: 1,
    });
    expect(
      statusAfter(pressed, released, { event: 'turn failed', turn: 1, fault: 'quota' }),
    ).not.toHaveProperty('turn');
  });

  it('says how the language of the guest is known', () => {
    const guestAfter = (...events: readonly Bare[]) => statusAfter(...events).languages.guest;
    expect(guestAfter(pressed, { event: 'heard', turn: 1, language: 'fr', clear: true })).toEqual({
      code: 'fr',
      by: 'detected',
    });
    expect(guestAfter({ event: 'language chosen', language: 'pt-BR' })).toEqual({
      code: 'pt-BR',
      by: 'pinned',
    });
    expect(
      guestAfter(
        { event: 'language chosen', language: 'pt' },
        { event: 'language chosen', language: undefined },
      ),
    ).toEqual({ code: 'es', by: 'default' });
  });

  it("names the faults, most urgent first, with what to do in the host's language", () => {
    const { faults, muted, service, devices } = statusAfter(
      { event: 'service', engine: 'dialogue', service: { is: 'unreachable', fault: 'quota' } },
      { event: 'muted', on: true },
      { event: 'device', device: 'loudspeaker', is: 'loudspeaker-missing' },
    );
    expect(faults.map(({ id }) => id)).toEqual(['D31', 'D11', 'D54']);
    expect(faults[0]).toEqual({
      code: 'loudspeaker-missing',
      id: 'D31',
      title: 'There is no loudspeaker',
      hint: wordingOf('loudspeaker-missing', 'de').hint,
    });
    expect(muted).toBe(true);
    expect(service).toEqual({ is: 'unreachable', fault: 'quota' });
    expect(devices.loudspeaker).toBe('loudspeaker-missing');
  });

  it('is plain data: JSON loses nothing of it', () => {
    const told = statusAfter(pressed, { event: 'heard', turn: 1, language: 'fr', clear: true });
    expect(JSON.parse(JSON.stringify(told))).toEqual(told);
  });
});
