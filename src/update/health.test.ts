import { describe, expect, it } from 'vitest';
import { beginTrial, type DaemonLook, judge, LIMITS, type Sample, type Verdict } from './health.ts';

const WORKED = { working: ['microphone', 'loudspeaker'], cards: ['Device', 'vc4hdmi'] };
const DEVICES = { microphone: 'working', loudspeaker: 'working', panel: 'panel-missing' };

type Seen = Partial<Omit<Sample, 'atMs' | 'daemon'>> & { readonly daemon?: Partial<DaemonLook> | 'silent' };

/** What is seen at a second of the trial. */
type Story = (second: number) => Seen;

/** A trial, looked at every second. */
function verdict(story: Story): { readonly verdict: Verdict; readonly atS: number } {
  let trial = beginTrial(0);
  for (let atS = 0; atS < 1000; atS++) {
    const { service = { active: true, run: 'a' }, daemon = {}, cards = WORKED.cards } = story(atS);
    const look = { version: '2.0', uptimeS: atS, vacant: true, devices: DEVICES };
    const sample: Sample = {
      atMs: atS * 1000,
      service,
      cards,
      daemon: daemon === 'silent' ? undefined : { ...look, ...daemon },
    };
    const judged = judge(trial, sample, { version: '2.0', before: WORKED }, LIMITS);
    if (judged.verdict !== undefined) return { verdict: judged.verdict, atS };
    trial = judged.trial;
  }
  throw new Error('there was no verdict');
}

const reasonOf = (story: Story) => {
  const { verdict: is } = verdict(story);
  return is.is === 'unhealthy' ? is.reason : is.is;
};

describe('a release on trial', () => {
  it('is healthy when it has answered for 30 s without a break', () => {
    expect(verdict(() => ({}))).toEqual({ verdict: { is: 'healthy' }, atS: 30 });
  });

  it('may take two minutes to start, and shows then that it stays', () => {
    const slow: Story = (second) => (second < 119 ? { daemon: 'silent' } : {});
    expect(verdict(slow)).toEqual({ verdict: { is: 'healthy' }, atS: 149 });
  });

  it.each<[string, Story, string]>([
    ['does not answer', () => ({ daemon: 'silent' }), 'the daemon does not answer'],
    [
      'is not active',
      () => ({ service: { active: false, run: '' }, daemon: 'silent' }),
      'the service is not active',
    ],
    ['is still the old one', () => ({ daemon: { version: '1.0' } }), 'version 1.0 answers'],
    [
      'has lost what worked before',
      () => ({ daemon: { devices: { ...DEVICES, loudspeaker: 'loudspeaker-failed' } } }),
      'the loudspeaker worked before and does not now: loudspeaker-failed',
    ],
    [
      'does not find a microphone that is there as before',
      () => ({ daemon: { devices: { ...DEVICES, microphone: 'microphone-missing' } } }),
      'the microphone worked before and does not now: microphone-missing',
    ],
    [
      'does not report a device any more',
      () => ({ daemon: { devices: {} } }),
      'the microphone worked before and does not now: not reported',
    ],
    [
      'is restarted every 20 s',
      (second) => ({ daemon: { uptimeS: second % 20 } }),
      'it was restarted while it was watched',
    ],
  ])('that %s is unhealthy after two minutes, in words', (_, story, reason) => {
    expect(reasonOf(story)).toBe(`not healthy within 120 s: ${reason}`);
  });

  it('that is well for 29 s and then not is unhealthy', () => {
    const blinks: Story = (second) => (second % 30 === 29 ? { daemon: 'silent' } : {});
    expect(reasonOf(blinks)).toContain('the daemon does not answer');
  });

  it('is not blamed for a microphone that somebody pulled out meanwhile', () => {
    const pulled = {
      daemon: { devices: { ...DEVICES, microphone: 'microphone-missing' } },
      cards: ['vc4hdmi'],
    };
    expect(verdict(() => pulled).verdict).toEqual({ is: 'healthy' });
  });

  it('is not blamed for what did not work before', () => {
    expect(verdict(() => ({ daemon: { devices: { ...DEVICES, panel: 'panel-failed' } } })).verdict.is).toBe(
      'healthy',
    );
  });

  it('that ends again and again is not watched for two minutes', () => {
    const { verdict: is, atS } = verdict((second) => ({
      service: { active: false, run: `run ${Math.floor(second / 3)}` },
      daemon: 'silent',
    }));
    expect(is).toMatchObject({ is: 'unhealthy', reason: expect.stringContaining('it ends again and again') });
    expect(atS).toBeLessThan(30);
  });

  it('starts its 30 s anew where systemd has started it anew, however fast', () => {
    const once: Story = (second) => ({ service: { active: true, run: second < 20 ? 'a' : 'b' } });
    expect(verdict(once)).toEqual({ verdict: { is: 'healthy' }, atS: 50 });
  });

  it('without a service manager is judged by what its daemon tells', () => {
    const alone = { service: undefined } as unknown as Seen;
    expect(verdict(() => alone).verdict).toEqual({ is: 'healthy' });
  });
});
