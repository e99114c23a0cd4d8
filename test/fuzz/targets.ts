import type { Target } from './target.ts';
import { answers } from './targets/answers.ts';
import { cards, mixers, streamFormats } from './targets/cards.ts';
import { configuration } from './targets/configurations.ts';
import { requests, socket } from './targets/controls.ts';
import { ledger, tcpTable } from './targets/files.ts';
import { messages } from './targets/messages.ts';
import { debounce, kiosk } from './targets/panels.ts';
import { phrasebook } from './targets/phrasebooks.ts';
import { cascade, sessions } from './targets/sessions.ts';
import { promptNames, resampler, wav } from './targets/sounds.ts';
import { framer, microphone, player } from './targets/streams.ts';
import { archives, signatures, trees, updaterFiles } from './targets/updates.ts';

/** Everything that takes input from outside. */
export const TARGETS: readonly Target[] = [
  messages,
  sessions,
  answers,
  cascade,
  wav,
  resampler,
  promptNames,
  configuration,
  phrasebook,
  requests,
  socket,
  streamFormats,
  cards,
  mixers,
  debounce,
  kiosk,
  framer,
  microphone,
  player,
  signatures,
  updaterFiles,
  trees,
  archives,
  ledger,
  tcpTable,
];
