/** What people and devices do to turns, and which outcomes are right then. */
import { STEADY_AFTER_MS } from '../../src/audio/backoff.ts';
import type { MicrophoneTrouble } from '../../src/audio/microphone/microphone.ts';
import type { Stage } from './stage.ts';
import type { Round } from './storm-faults.ts';

const NOTHING = 'nothing said';

async function speaking(stage: Stage, ...allowed: string[]): Promise<void> {
  await stage.talk(...allowed);
  await stage.until('speaking');
  await stage.wait(stage.between(0, 250));
}

export const PEOPLE: readonly Round[] = [
  {
    name: 'pressed again while awaiting',
    play: async (stage) => {
      await stage.talk('cancelled');
      await stage.wait(stage.between(0, 900));
      await stage.talk('translated');
    },
  },
  {
    name: 'pressed again while speaking',
    play: async (stage) => {
      await speaking(stage, 'cancelled');
      await stage.talk('translated');
    },
  },
  { name: 'tap of 50 ms', play: (stage) => stage.tap(50, NOTHING) },
  { name: 'released at once', play: (stage) => stage.tap(0, NOTHING) },
  { name: 'silence', play: (stage) => stage.tap(stage.between(300, 3000), NOTHING) },
  {
    name: 'two presses in a row',
    play: async (stage) => {
      await stage.tap(stage.between(20, 80), NOTHING, 'cancelled');
      await stage.wait(stage.between(20, 80));
      await stage.talk('translated');
    },
  },
  {
    name: 'ten presses in a second',
    play: async (stage) => {
      for (let i = 0; i < 9; i++) {
        await stage.tap(50, NOTHING, 'cancelled');
        await stage.wait(50);
      }
      await stage.talk('translated');
    },
  },
  {
    name: 'repeat pressed, and talk into it',
    play: async (stage) => {
      await stage.talk('translated');
      await stage.ends();
      stage.desk.panel.press('repeat');
      stage.desk.panel.release('repeat');
      await stage.wait(stage.between(0, 400));
      await stage.talk('translated');
    },
  },
  {
    name: 'other buttons pressed all the time',
    play: async (stage) => {
      const { panel } = stage.desk;
      stage.press('translated');
      for (const role of ['repeat', 'volume-up', 'volume-down', 'repeat'] as const) panel.press(role);
      await stage.speak();
      stage.release();
      for (const role of ['volume-up', 'volume-down', 'repeat'] as const) panel.press(role);
      await stage.until('speaking');
      for (const role of ['volume-up', 'volume-down', 'repeat'] as const) panel.press(role);
    },
  },
  {
    name: 'muted while somebody speaks',
    play: async (stage) => {
      stage.press('cancelled');
      await stage.wait(300);
      stage.desk.panel.press('mute');
      await stage.wait(200);
      stage.release();
      await stage.tap(100, 'failed: muted');
      stage.desk.panel.release('mute');
    },
  },
  {
    name: 'button held too long',
    play: async (stage) => {
      stage.press('translated');
      await stage.speak();
      await stage.wait(61_000);
      stage.release();
    },
  },
  {
    name: 'guest boundary before',
    play: async (stage) => {
      await stage.desk.idle(stage.between(121_000, 200_000));
      await stage.talk('translated');
    },
  },
];

const TROUBLES: readonly MicrophoneTrouble[] = ['missing', 'busy', 'stalled', 'ended'];
const MICROPHONE_FAILED = [
  'failed: microphone-missing',
  'failed: microphone-busy',
  'failed: microphone-stalled',
  'failed: microphone-failed',
];

/** The microphone is in some trouble for some seconds. */
async function microphoneAway(stage: Stage, meanwhile: () => Promise<void>): Promise<void> {
  const { microphone } = stage.desk;
  microphone.fail(stage.pick(TROUBLES) ?? 'ended');
  await meanwhile();
  microphone.comeBack();
}

/** A player that was lost is opened again later when it was lost just before (STEADY_AFTER_MS): not here. */
const steady = (stage: Stage) => stage.desk.idle(STEADY_AFTER_MS + 1000);

export const DEVICES: readonly Round[] = [
  {
    name: 'player dies while speaking',
    play: async (stage) => {
      await steady(stage);
      await speaking(stage, 'translated');
      stage.desk.player.die();
    },
  },
  {
    name: 'player dies before',
    play: async (stage) => {
      await steady(stage);
      stage.desk.player.die();
      await stage.wait(stage.between(0, 300));
      await stage.talk('translated');
    },
  },
  {
    name: 'loudspeaker gone for 2 s while speaking',
    play: async (stage) => {
      await speaking(stage, 'translated', 'failed: loudspeaker-failed');
      stage.desk.player.leave('gone');
      await stage.wait(2000);
      stage.desk.player.comeBack();
    },
  },
  {
    name: 'loudspeaker gone before',
    play: async (stage) => {
      stage.desk.player.leave('gone');
      await stage.wait(stage.between(0, 1000));
      await stage.talk('failed: loudspeaker-missing');
      stage.desk.player.comeBack();
    },
  },
  {
    name: 'loudspeaker gone while awaiting',
    play: async (stage) => {
      await stage.talk('translated', 'failed: loudspeaker-failed');
      stage.desk.player.leave('gone');
      await stage.wait(stage.between(500, 5000));
      stage.desk.player.comeBack();
    },
  },
  {
    name: 'microphone away before',
    play: (stage) =>
      microphoneAway(stage, async () => {
        await stage.wait(stage.between(0, 2000));
        await stage.talk(...MICROPHONE_FAILED);
      }),
  },
  {
    name: 'microphone away while listening',
    play: async (stage) => {
      stage.press(...MICROPHONE_FAILED);
      await stage.wait(stage.between(0, 800));
      await microphoneAway(stage, () => stage.wait(stage.between(100, 3000)));
      stage.release();
    },
  },
  {
    name: 'microphone away while awaiting',
    play: async (stage) => {
      await stage.talk('translated');
      // The last of the utterance is still on its way for as long as the tail.
      await stage.wait(200);
      await microphoneAway(stage, () => stage.wait(stage.between(100, 3000)));
    },
  },
];
