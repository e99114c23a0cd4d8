import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const STANDARD = '/usr/share/alsa/alsa.conf';

/** A configuration of ALSA in files of its own. */
export interface AlsaDefault {
  /** For the environment of a child. */
  readonly environment: { readonly ALSA_CONFIG_PATH: string };
  /** Deletes the files. */
  remove(): void;
}

/**
 * Makes a device ALSA's default, for those who are given the environment; everything else of the machine's
 * configuration stays as it is.
 *
 * A plain `pcm.!default` behind the standard file is not enough: that file's hook loads /etc/asound.conf, ~/.asoundrc
 * and PulseAudio's 99-pulse.conf when all else has been read, and a default in one of those would win. A hook of
 * `pcm` itself runs later still, at the first look for a device.
 * @param device ALSA's name
 * @param folder where a folder for the files is made; the system's temporary one without it
 */
export function alsaDefault(device: string, folder: string = tmpdir()): AlsaDefault {
  const own = mkdtempSync(join(folder, 'dragoman-alsa-'));
  const before = (process.env.ALSA_CONFIG_PATH ?? STANDARD).split(/[: ]/).filter((path) => path !== '');
  const main = join(own, 'alsa.conf');
  const definition = join(own, 'default.conf');
  writeFileSync(
    main,
    `${before.map((path) => `<${path}>`).join('\n')}\n` +
      `pcm.@hooks [ { func load files [ ${quoted(definition)} ] errors true } ]\n`,
  );
  writeFileSync(definition, `!default { type plug slave.pcm ${quoted(device)} }\n`);
  return {
    environment: { ALSA_CONFIG_PATH: main },
    remove: () => rmSync(own, { recursive: true, force: true }),
  };
}

function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
}
