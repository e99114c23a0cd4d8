import type { Definition } from '../command.ts';

type Entry = readonly [summary: string, load: () => Promise<{ readonly command: Definition }>];

/** The commands as the help lists them. The code of a command is loaded when it is called. */
export const GROUPS: Readonly<Record<string, Readonly<Record<string, Entry>>>> = {
  'Set up': {
    config: ['check and print the configuration', () => import('./set-up/config.ts')],
    key: ['store the API key', () => import('./set-up/key.ts')],
    devices: ['list the sound cards, and which are used', () => import('./set-up/devices.ts')],
    wiring: ['show how buttons and LEDs are wired', () => import('./set-up/wiring.ts')],
    prompts: ['prepare what the device says without a network', () => import('./set-up/prompts.ts')],
    phrasebook: [
      'list and check the phrases for use without a network',
      () => import('./set-up/phrasebook.ts'),
    ],
    card: ['make the card for the wall: lights, and what to do', () => import('./set-up/card.ts')],
    sheet: ['make the sheet that shows guests how to speak', () => import('./set-up/sheet.ts')],
    notice: ['make the notice for the counter', () => import('./set-up/notice.ts')],
  },
  'Daily use': {
    run: ['run the daemon; on a device systemd does this', () => import('./daily-use/run.ts')],
    status: ['show what the daemon is doing, and what is wrong', () => import('./daily-use/status.ts')],
    language: ["show the languages, or choose the guest's", () => import('./daily-use/language.ts')],
    guest: ['end the conversation: the guest has left', () => import('./daily-use/guest.ts')],
    vacant: ['check, or wait, until nobody is being served', () => import('./daily-use/vacant.ts')],
    restart: ['restart the daemon when nobody is being served', () => import('./daily-use/restart.ts')],
    costs: ['show what was spent, or what turns would cost', () => import('./daily-use/costs.ts')],
  },
  Repair: {
    faults: ['print all faults, and what to do about each', () => import('./repair/faults.ts')],
    audit: ['check what the device promises about security', () => import('./repair/audit.ts')],
    probe: ['test the real service; costs some cents', () => import('./repair/probe.ts')],
    update: ['update to another release, or roll back', () => import('./repair/update.ts')],
    lights: ['set the lights while no daemon runs; systemd does this', () => import('./repair/lights.ts')],
  },
  Development: {
    turn: ['interpret one recording', () => import('./development/turn.ts')],
    standin: ['run a local stand-in for the service', () => import('./development/standin.ts')],
    words: ['list what the device says in which language', () => import('./development/words.ts')],
    completion: ['print a completion script for bash or zsh', () => import('./development/completion.ts')],
  },
};
