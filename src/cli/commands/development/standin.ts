import { Option } from 'commander';
import { runStandin } from '../../../standin/main.ts';
import { amount, type Definition } from '../../command.ts';

export const command: Definition = {
  about: 'run the local stand-in for the Live API until it is interrupted',
  options: [
    new Option('--port <n>', 'listen on this port of the loopback address; 0: any free one')
      .argParser(amount(0, 65_535, true))
      .default(0),
    new Option('--json', 'print JSON lines; the first is {"url": …}'),
  ],
  examples: { 'dragoman standin --port 8080': 'a service for other clients of the Live API' },
  exits: { ok: 'it was interrupted' },
  run: (io, { port }: { readonly port: number }) => {
    const { signal, stdout } = io.outside;
    return runStandin({ port, json: io.json, signal, stdout });
  },
};
