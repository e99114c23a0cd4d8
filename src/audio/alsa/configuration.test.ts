import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import koffi from 'koffi';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { temporaryFolders } from '../../../test/rig/folders.ts';
import { STICK } from '../../../test/rig/virtual/card-files.ts';
import { alsaTrouble } from '../alsa-trouble.ts';

import { AlsaFiles, alsaConfiguration, GENERATED, type Source } from './configuration.ts';
import { type Direction, parseStream } from './stream-formats.ts';

const folder = temporaryFolders();

const usb = (stream0 = STICK, plugging = '4711'): { capture: Source; playback: Source } => {
  const card = { id: 'Device', usbPort: '1-1.3', plugging };
  return {
    capture: { card, stream: { device: 0, formats: parseStream(stream0, 'capture') } },
    playback: { card, stream: { device: 0, formats: parseStream(stream0, 'playback') } },
  };
};

describe('the generated configuration', () => {
  it("records at the card's own rate and channels, in periods of 20 ms", () => {
    expect(alsaConfiguration('capture', usb().capture)).toBe(`\
# Written by dragoman for the device that it has chosen (dragoman devices): changes are lost.
dragoman_microphone {
  type plug
  slave.pcm {
    type dsnoop
    ipc_key 1689967904
    ipc_key_add_uid true
    ipc_perm 0600
    slave {
      pcm { type hw card "Device" device 0 }
      rate 48000
      channels 1
      format S16_LE
      period_time 20000
      buffer_time 200000
    }
  }
}
`);
    const slow = usb(STICK.replaceAll('48000, 44100', '44100').replaceAll('Channels: 1', 'Channels: 2'));
    expect(alsaConfiguration('capture', slow.capture)).toMatch(/rate 44100\n +channels 2\n/);
    expect(alsaConfiguration('playback', slow.playback)).toMatch(/rate 44100\n/);
  });

  it.each([
    [undefined, 2],
    [1, 2],
    [3, 4],
  ])(
    'asks a card of which the kernel tells nothing for the channel that is wanted (%s: %i)',
    (only, channels) => {
      const { capture } = usb('');
      expect(alsaConfiguration('capture', { ...capture, only })).toContain(`channels ${channels}\n`);
    },
  );

  it('tells a dsnoop of a card that was plugged in again from the one before', () => {
    const key = (plugging: string) =>
      /ipc_key (\d+)/.exec(alsaConfiguration('capture', usb(STICK, plugging).capture))?.[1];
    expect(key('1')).toBe(key('1'));
    expect(key('1')).not.toBe(key('2'));
    expect(Number(key('1'))).toBeLessThan(2 ** 31);
  });

  it('plays on a USB card by its hardware, on others as ALSA knows them: HDMI needs more than that', () => {
    expect(alsaConfiguration('playback', usb().playback)).toContain(
      'pcm { type hw card "Device" device 0 }\n    rate 48000',
    );
    const card = { id: 'vc4hdmi0', usbPort: undefined, plugging: '1' };
    const text = alsaConfiguration('playback', { card, stream: { device: 0, formats: [] } });
    expect(text).toContain('slave.pcm "sysdefault:CARD=vc4hdmi0"');
    expect(alsaConfiguration('playback', { card, stream: { device: 3, formats: [] } })).toContain(
      '"plughw:CARD=vc4hdmi0,DEV=3"',
    );
  });

  it('takes names with anything in them', () => {
    expect(alsaConfiguration('playback', { device: 'a "b" \\c' })).toContain('slave.pcm "a \\"b\\" \\\\c"');
  });
});

/** alsa-lib adds the direction to the key (pcm_direct.c). */
const CAPTURE_OFFSET = 2;
/** sys/ipc.h. */
const IPC_CREAT = 0o1000;

const programs = ['arecord', 'aplay'].every((name) => spawnSync(name, ['--version']).status === 0);

describe.skipIf(!programs)("the generated configuration, read by ALSA's own library", () => {
  function files(direction: Direction, text: string) {
    const own = path.join(folder(), 'alsa');
    const written = new AlsaFiles(own);
    written.write(direction, text);
    const run = (program: string, args: readonly string[], more: Record<string, string> = {}) => {
      const env = { ...process.env, LC_ALL: 'C', ...written.environment(direction), ...more };
      return spawnSync(program, args, { env, encoding: 'utf8', timeout: 20_000 });
    };
    return { own, written, run };
  }
  const RAW = ['-t', 'raw', '-f', 'S16_LE', '-c', '1'];

  it('gives 16 kHz mono, and plays, on any device', () => {
    const recorder = files('capture', alsaConfiguration('capture', { device: 'null' }));
    const { run } = files('playback', alsaConfiguration('playback', { device: 'null' }));
    const recorded = recorder.run('arecord', [
      ...RAW,
      '-r',
      '16000',
      '-s',
      '320',
      '-D',
      GENERATED.capture,
      '/dev/null',
    ]);
    expect(recorded).toMatchObject({ status: 0 });
    for (const name of [GENERATED.playback, 'default'])
      expect(run('aplay', [...RAW, '-r', '48000', '-s', '480', '-D', name, '/dev/zero'])).toMatchObject({
        status: 0,
      });
    expect(run('aplay', ['-L']).stdout).toMatch(/^default$/m);
  });

  it.each([
    ['two channels, the second the opposite of the first', { channels: 2 }, 2, [1000, -1000]],
    ['two channels where one is wanted', { channels: 2, only: 1 }, 1, [-1000]],
    ['six channels where one is wanted', { channels: 6, only: 0 }, 1, [1000]],
    ['six channels where the third is wanted', { channels: 6, only: 2 }, 1, [3000]],
  ] as const)('gives %s', (_, { channels, ...wanted }, recorded, expected) => {
    const root = folder();
    const card = path.join(root, 'card.raw');
    const each = [1000, -1000, 3000, 4000, 5000, 6000].slice(0, channels);
    writeFileSync(
      card,
      Int16Array.from({ length: channels * 16_000 }, (_, i) => each[i % channels] as number),
    );
    // ALSA's file plug-in has no rate of its own.
    const slave = `pcm { type file slave.pcm null file /dev/null infile ${JSON.stringify(card)} format raw }`;
    const before = path.join(root, 'before.conf');
    writeFileSync(
      before,
      `</usr/share/alsa/alsa.conf>\npcm.card { type plug slave { ${slave} channels ${channels} rate 16000 format S16_LE } }\n`,
    );
    vi.stubEnv('ALSA_CONFIG_PATH', before);
    const { run } = files(
      'capture',
      alsaConfiguration('capture', { device: 'card', ...wanted, there: channels }),
    );
    vi.unstubAllEnvs();
    const out = path.join(root, 'out.raw');
    const format = ['-t', 'raw', '-f', 'S16_LE', '-c', String(recorded), '-r', '16000', '-s', '320'];
    expect(run('arecord', ['-q', ...format, '-D', GENERATED.capture, out])).toMatchObject({ status: 0 });
    const samples = new Int16Array(new Uint8Array(readFileSync(out)).buffer);
    expect([...samples.subarray(0, recorded)]).toEqual(expected);
  });

  it('is understood down to the hardware, which is not there', () => {
    for (const [program, direction, name] of [
      ['arecord', 'capture', GENERATED.capture],
      ['aplay', 'playback', GENERATED.playback],
      ['aplay', 'playback', 'default'],
    ] as const) {
      const { status, stderr } = files(direction, alsaConfiguration(direction, usb()[direction])).run(
        program,
        [...RAW, '-r', '48000', '-D', name, '--dump-hw-params', '/dev/zero'],
      );
      expect(status).toBe(1);
      expect(stderr).toMatch(/Invalid value for card|cannot find card|Cannot get card index/);
      expect(stderr).not.toMatch(/unknown|not defined|syntax|unexpected/i);
    }
  });

  it.skipIf(process.getuid?.() !== 0 || existsSync('/dev/snd/pcmC0D0c'))(
    'opens its dsnoop beside that of another user',
    () => {
      const text = alsaConfiguration('capture', usb().capture).replace('card "Device"', 'card 0'); // a number is not looked up
      const key = Number(/ipc_key (\d+)/.exec(text)?.[1]) + CAPTURE_OFFSET;
      const semget = koffi.load('libc.so.6').func('int semget(int key, int count, int flags)');
      onTestFinished(() => void spawnSync('ipcrm', ['-S', String(key)]));
      expect(semget(key, 1, IPC_CREAT | 0o600)).not.toBe(-1);
      const trouble = (configuration: string) => {
        const { own, run } = files('capture', configuration);
        for (const at of [path.dirname(own), own]) chmodSync(at, 0o755);
        const nobody = ['--reuid=65534', '--regid=65534', '--clear-groups'];
        const recorder = [
          'arecord',
          ...RAW,
          '-r',
          '16000',
          '-s',
          '320',
          '-D',
          GENERATED.capture,
          '/dev/null',
        ];
        return alsaTrouble(run('setpriv', [...nobody, ...recorder]).stderr);
      };
      expect(trouble(text.replace('ipc_key_add_uid true', ''))).toBe('busy');
      expect(trouble(text)).toBe('missing');
    },
  );

  it("has the last word over the machine's and the user's default", () => {
    const { own, run } = files('playback', alsaConfiguration('playback', { device: 'null' }));
    const home = path.dirname(own);
    writeFileSync(path.join(home, '.asoundrc'), 'pcm.!default { type hw card 7 }\n');
    const played = run('aplay', [...RAW, '-r', '48000', '-s', '480', '/dev/zero'], { HOME: home });
    expect(played).toMatchObject({ status: 0 });
  });

  it('of one direction works when that of the other is broken', () => {
    const { written, run } = files('playback', alsaConfiguration('playback', { device: 'null' }));
    written.write('capture', `${GENERATED.capture} { type plug slave.pcm {{{ "`);
    expect(run('aplay', [...RAW, '-r', '48000', '-s', '480', '/dev/zero'])).toMatchObject({ status: 0 });
    written.write('capture', alsaConfiguration('capture', { device: 'null' }));
    written.write('playback', '!default {{{ "');
    const recording = [...RAW, '-r', '16000', '-s', '320', '-D', GENERATED.capture, '/dev/null'];
    expect(run('arecord', recording, written.environment('capture'))).toMatchObject({ status: 0 });
  });

  it('is replaced whole, and leaves nothing behind', () => {
    const { own, written, run } = files('playback', alsaConfiguration('playback', { device: 'nowhere' }));
    written.write('playback', alsaConfiguration('playback', { device: 'null' }));
    expect(run('aplay', [...RAW, '-r', '48000', '-s', '480', '/dev/zero'])).toMatchObject({ status: 0 });
    expect(readdirSync(own).toSorted()).toEqual(['loudspeaker-alsa.conf', 'loudspeaker-asound.conf']);
    written.remove();
    expect(existsSync(own)).toBe(false);
    written.remove();
  });
});
