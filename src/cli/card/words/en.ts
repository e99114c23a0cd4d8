import type { CardWords } from './type.ts';

export const EN: CardWords = {
  title: 'What the lights say',
  use: 'Hold the button down, speak, let go. The other person hears it in their own language.',
  contact: 'Who looks after the device',
  phone: 'Telephone',

  allWell: 'When all is well',
  talk: {
    title: 'Talk light',
    listening: 'Speak now',
    translating: 'It is being translated',
    speaking: 'The translation is being played',
    confirm: 'Press once if this was meant',
    nothingSaid: 'Nothing was heard: speak again',
    notUnderstood: 'Not understood: say it differently',
    failed: 'Failed: see the trouble light',
  },
  connection: {
    title: 'Connection light',
    ready: 'Ready',
    connecting: 'Connecting; you can speak already',
    limited: 'Only the phrases of the phrasebook',
    off: 'No connection, or asleep at night',
  },
  languages: {
    title: 'Language lights',
    guest: 'The guest speaks this language',
    without: 'All: a language without a light',
    off: 'Another language, or not known yet',
  },

  trouble: 'Trouble light',
  troubleNote: 'Dark when all is well. Otherwise count the flashes between two pauses.',
  seconds: 'seconds',
  means: 'What it means',
  doing: 'What you can do',
  rows: {
    off: { means: 'All is well', doing: 'Nothing. If no light answers the button: is it plugged in?' },
    '1 flash': { means: 'The microphone is switched off', doing: 'Put the mute switch back.' },
    '2 flashes': {
      means: 'The microphone does not work',
      doing: 'Pull its plug out and put it in again. If it stays: call.',
    },
    '3 flashes': {
      means: 'The loudspeaker does not work',
      doing: 'Is it switched on? Pull its plug out and put it in again. If it stays: call.',
    },
    '4 flashes': {
      means: 'The button or the device itself',
      doing: 'Is the button stuck? Is the power supply the one that came with the device? Otherwise call.',
    },
    '5 flashes': {
      means: 'Key, quota or model of the service',
      doing: 'It cannot be mended at the desk: call.',
    },
    'fast blink': {
      means: 'The network or the service',
      doing:
        'Press and speak again: every press tries anew. If it stays: does the internet work elsewhere? Then call.',
    },
    on: {
      means: 'The device is not running',
      doing:
        'Wait two minutes: it may be starting. Then unplug it, wait ten seconds, plug it in again. If it stays: call.',
    },
  },
  looks: {
    off: 'off',
    on: 'on all the time',
    'slow blink': 'slow blinking',
    'fast blink': 'fast blinking',
    flash: 'flash',
    flashes: 'flashes',
  },

  faults: 'All faults',
  faultsNote: 'The first digit counts the flashes; 6 and 7 blink fast. The log tells which it is.',
  see: 'See',
  menders: { staff: 'you at the desk', operator: 'who looks after the device', nobody: 'passes by itself' },
};
