import { describe, expect, it } from 'vitest';
import { alsaTrouble, keepEnd, lastError } from './alsa-trouble.ts';

describe('what ALSA says', () => {
  it.each([
    ['busy', 'arecord: main:831: audio open error: Device or resource busy'],
    [
      'missing',
      'ALSA lib pcm_hw.c:1829:(_snd_pcm_hw_open) Invalid value for card\naplay: main:831: audio open error: No such file or directory',
    ],
    ['missing', "ALSA lib confmisc.c:855:(parse_card) cannot find card 'Device'"],
    ['missing', 'ALSA lib pcm.c:2664:(snd_pcm_open_noupdate) Unknown PCM nowhere'],
    ['missing', 'arecord: pcm_read:2145: read error: No such device'],
    ['missing', 'ALSA lib pulse.c:242:(pulse_connect) PulseAudio: Unable to connect: Connection refused'],
    [undefined, 'arecord: pcm_read:2145: read error: Input/output error'],
    [
      'busy',
      'ALSA lib pcm_dsnoop.c:569:(snd_pcm_dsnoop_open) unable to create IPC semaphore\narecord: main:831: audio open error: Permission denied',
    ],
    ['busy', 'arecord: main:831: audio open error: Operation not permitted'],
    [
      'busy',
      "ALSA lib conf_pulse.c: unable to read /run/user/998/pulse: No such file or directory\nALSA lib pcm_hw.c:1829:(_snd_pcm_hw_open) open '/dev/snd/pcmC1D0p' failed (-16): Device or resource busy\nnode: Assertion `err >= 0' failed.",
    ],
    [
      undefined,
      'Failed to create secure directory (/run/user/998/pulse): No such file or directory\narecord: pcm_read:2145: read error: Input/output error',
    ],
    [
      'missing',
      'ALSA lib pcm_dsnoop.c:566:(snd_pcm_dsnoop_open) Permission denied\narecord: main:831: audio open error: No such device\nand so it ends',
    ],
    [undefined, ''],
  ] as const)('is understood: %s', (trouble, printed) => {
    expect(alsaTrouble(printed)).toBe(trouble);
  });

  it('is told by its last line with an error', () => {
    expect(lastError('aplay: set_params: no\n  avail_max   : 9600\n')).toBe('aplay: set_params: no');
    expect(lastError('  avail_max   : 9600\n')).toBe('');
  });

  it('is kept to a limit', () => {
    expect(keepEnd('a'.repeat(5000), 'end')).toHaveLength(4096);
    expect(keepEnd('a'.repeat(5000), 'end').endsWith('end')).toBe(true);
  });
});
