import { afterEach, describe, expect, it } from 'vitest';
import { AlsaDevices } from '../../../src/audio/alsa/devices.ts';
import { PacedLoudspeaker } from '../../../src/audio/loudspeaker/paced.ts';
import { ArecordMicrophone } from '../../../src/audio/microphone/arecord.ts';
import { temporaryFolders } from '../folders.ts';
import { STICK } from './card-files.ts';
import { VirtualCards } from './cards.ts';
import { VirtualClock } from './clock.ts';
import { VirtualLoudspeaker } from './player.ts';
import { VirtualMicrophone } from './recorder.ts';
import { Room } from './room.ts';

/** How often AlsaDevices looks for cards. */
const LOOK_MS = 500;

describe('sound cards that are plugged in and pulled out', () => {
  const folder = temporaryFolders();
  const clocks: VirtualClock[] = [];
  afterEach(() => {
    for (const clock of clocks.splice(0)) clock.stop();
  });

  function desk() {
    const clock = new VirtualClock({ seed: 5 });
    clocks.push(clock);
    const cards = new VirtualCards(folder());
    const room = new Room(clock);
    const isPlugged = cards.isPlugged.bind(cards);
    const recorder = new VirtualMicrophone(clock, room, { isPlugged });
    const player = new VirtualLoudspeaker(clock, room.ear, { isPlugged });
    cards.listen(() => player.cardsChanged());
    const devices = new AlsaDevices({
      microphone: {},
      loudspeaker: {},
      folder: folder(),
      places: cards.places,
      clock,
    });
    const told: string[] = [];
    const tell = (what: string) => (state: { readonly kind: string; readonly trouble?: string }) =>
      told.push(`${what} ${state.trouble ?? state.kind}`);
    const microphone = new ArecordMicrophone({
      listen: 'always',
      clock,
      routing: devices.capture,
      startRecorder: recorder.startRecorder,
    });
    const loudspeaker = new PacedLoudspeaker(player, { clock, routing: devices.playback });
    return {
      clock,
      cards,
      recorder,
      player,
      told,
      start: () => {
        microphone.start({ frame: () => {}, state: tell('microphone') });
        const none = () => {};
        loudspeaker.start({
          playing: none,
          drained: none,
          gap: none,
          lost: none,
          interval: none,
          state: tell('loudspeaker'),
        });
      },
      stop: () => clock.drive(Promise.all([microphone.stop(), loudspeaker.stop()])),
    };
  }

  it('are taken up, missed and taken up again by the real AlsaDevices', async () => {
    const { clock, cards, recorder, player, told, start, stop } = desk();
    start();
    expect(told).toEqual(['microphone missing', 'loudspeaker missing']);
    cards.plug({ id: 'Stick', stream0: STICK, usbPort: '1-1.3' });
    await clock.pass(LOOK_MS + 100);
    expect(told.slice(-2).toSorted()).toEqual(['loudspeaker working', 'microphone working']);
    const [pid] = recorder.recorders();

    cards.unplug('Stick');
    await clock.pass(LOOK_MS + 100);
    expect(told.slice(4)).toContain('microphone missing');
    expect(told.slice(4)).toContain('loudspeaker missing');
    expect([recorder.recorders(), player.players()]).toEqual([[], []]);

    cards.plug('Stick');
    await clock.pass(LOOK_MS + 100);
    expect(told.slice(-2).toSorted()).toEqual(['loudspeaker working', 'microphone working']);
    expect(recorder.recorders()).not.toContain(pid);
    await stop();
  });

  it('get the lowest free number, and are known by name', () => {
    const cards = new VirtualCards(folder());
    cards.plug('One');
    cards.plug('Two');
    cards.unplug('One');
    cards.plug('Three');
    expect(cards.names).toEqual(['Two', 'Three']);
    expect(() => cards.plug('Two')).toThrow('plugged in already');
    expect(() => cards.unplug('One')).toThrow('there is no card One: Two, Three');
  });
});
