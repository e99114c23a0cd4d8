import { describe, expect, it } from 'vitest';
import { engineRig } from '../rig/engines.ts';
import { comesThrough, LANGUAGES } from '../rig/live.ts';

/** From when to when the service's words are confidential; that they are then told nowhere is in scenarios/confidential. */

const rig = engineRig();

describe("the service's words", () => {
  it.each([
    ['dialogue', () => rig.dialogue()],
    ['translate', () => rig.translate()],
    ['cascade', () => rig.cascade()],
  ])('are confidential from the first speech until the guest has left (%s)', async (_, make) => {
    const { confidentiality } = rig.world;
    const engine = make();
    engine.prepare(LANGUAGES);
    expect(confidentiality.applies).toBe(false);
    await comesThrough(engine, { ...LANGUAGES, speaker: 'guest' }, rig.clock);
    expect(confidentiality.applies).toBe(true);
    engine.forget();
    expect(confidentiality.applies).toBe(false);
  });
});
