import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadBook } from '../../src/phrasebook/book/book-file.ts';
import { PhrasebookWorker } from '../../src/phrasebook/phrasebook-worker.ts';
import type { Answer } from '../../src/standin/answerer.ts';
import { PhrasebookAnswerer } from '../../src/standin/phrasebook-answerer.ts';
import { type Standin, startStandin } from '../../src/standin/server/server.ts';
import { CONVERSATION, type DemoTurn, record } from '../demo/conversation.ts';

/** The stand-in on the host, which really listens, and remembers what it answered. */
export interface Service {
  readonly standin: Standin;
  /** As the machine sees it: on its own loopback, since it has no TLS. */
  readonly urlInside: string;
  /** Commands for the machine that lead from there to the host of QEMU's user network, now and after each boot. */
  readonly forward: string;
  /** The last answer. */
  answered(): Answer | undefined;
  /** From now on all that it heard and says holds this word as well; its voice does not. */
  adds(word: string): void;
  stop(): Promise<void>;
}

/** A unit of systemd's of that name. */
const unit = (name: string, lines: string) =>
  `printf '%b' '${lines.replaceAll('\n', '\\n')}' >/etc/systemd/system/${name}`;

function forwardTo(port: number): string {
  const socket = `[Socket]\nListenStream=127.0.0.1:${port}\n[Install]\nWantedBy=sockets.target\n`;
  const service = `[Service]\nExecStart=/lib/systemd/systemd-socket-proxyd 10.0.2.2:${port}\n`;
  return [
    unit('standin.socket', socket),
    unit('standin.service', service),
    'systemctl daemon-reload',
    'systemctl enable --now standin.socket',
  ].join(' && ');
}

export async function openService(): Promise<Service> {
  let last: Answer | undefined;
  let added = '';
  class Remembering extends PhrasebookAnswerer {
    override async answerSpeech(pcm16k: Int16Array): Promise<Answer> {
      last = await super.answerSpeech(pcm16k);
      const more = <T extends { readonly text: string }>(one: T) => ({ ...one, text: one.text + added });
      return { ...last, heard: more(last.heard), said: more(last.said) };
    }
  }
  const standin = await startStandin({ answerer: new Remembering(new PhrasebookWorker(), await loadBook()) });
  return {
    standin,
    urlInside: `http://127.0.0.1:${standin.port}`,
    forward: forwardTo(standin.port),
    answered: () => last,
    adds: (word) => {
      added = ` ${word}`;
    },
    stop: () => standin.stop(),
  };
}

export interface Said {
  readonly turn: DemoTurn;
  readonly wav: string;
}

/** What is said at the desk: of the demo's conversation, the turns that end in a translation. */
export async function sayings(): Promise<Said[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'dragoman-sayings-'));
  const said: Said[] = [];
  for (const turn of CONVERSATION) {
    if (turn.utterance === undefined || turn.outcome !== 'translated') continue;
    const wav = path.join(folder, `${said.length + 1}.wav`);
    await record(turn.utterance, wav);
    said.push({ turn, wav });
  }
  return said;
}
