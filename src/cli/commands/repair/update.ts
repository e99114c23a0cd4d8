import { Argument, Option } from 'commander';
import { CONFIG, type Definition, JSON_OUTPUT } from '../../command.ts';
import {
  type BeginOptions,
  resumeCommand,
  type UpdateOptions,
  updateCommand,
  updateStatus,
} from '../../update/update.ts';

const RELEASES = new Option(
  '--releases <folder>',
  'the folder of the releases, in place of /var/lib/dragoman/releases',
);
const FOREGROUND = new Option(
  '--foreground',
  'carry it through in this process, not in dragoman-update.service',
);
/** Ends it at a moment of one's choice as a power cut would: for rehearsals, and not among what is needed at a desk. */
const STOP_AT = new Option('--stop-at <checkpoint>').hideHelp();

const EXITS = {
  ok: 'the release runs',
  unable: "the release was rolled back, or the update can't continue",
  wrongUse: 'the release was refused, or wrong use',
};

export const command: Definition = {
  about:
    'replace the release that runs by that of a signed package; it rolls back automatically if the new one is not healthy',
  arguments: [new Argument('<package>', 'a .deb with its .minisig beside it: a file, or an https address')],
  options: [
    new Option('--again', 'also a release that runs already, or was rolled back before'),
    new Option('--downgrade', 'also a release that is older than the one that runs'),
    FOREGROUND,
    CONFIG,
    RELEASES,
    STOP_AT,
  ],
  examples: {
    'sudo dragoman update https://example.org/dragoman_1.2.0_arm64.deb': 'a release from a web server',
    'sudo dragoman update dragoman_1.2.0_arm64.deb': 'a release from a file',
  },
  exits: EXITS,
  run: (io, options: BeginOptions, source: string) => updateCommand(source, options, io),
  commands: {
    status: {
      summary: 'show which release runs and ran before, an update in progress, and how the last one ended',
      options: [JSON_OUTPUT, RELEASES],
      examples: { 'dragoman update status': 'which release runs' },
      run: (io, options: UpdateOptions) => updateStatus(options, io),
    },
    back: {
      summary: 'roll back to the release before this one, as carefully as to a new one',
      options: [FOREGROUND, CONFIG, RELEASES, STOP_AT],
      examples: { 'sudo dragoman update back': 'the release before was better' },
      exits: EXITS,
      run: (io, options: BeginOptions) => updateCommand(undefined, options, io),
    },
    resume: {
      summary: 'carry an update through that was begun, or undo it: what dragoman-update.service does',
      options: [CONFIG, RELEASES, STOP_AT],
      examples: { 'sudo dragoman update resume': 'after an update that was interrupted' },
      run: (io, options: UpdateOptions) => resumeCommand(options, io),
    },
  },
};
