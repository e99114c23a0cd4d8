import { captureSource, chooseCapture } from '../../audio/alsa/capture.ts';
import { CARD_PLACES, type CardStream, readCards, type SoundCard } from '../../audio/alsa/cards.ts';
import { alsoText, bestFormat, type Choice, cardText, choose } from '../../audio/alsa/choice.ts';
import type { Direction } from '../../audio/alsa/stream-formats.ts';
import { jsonText } from '../../base/foreign-text.ts';
import type { Config } from '../../system/config/schema.ts';
import { lines, table } from '../text.ts';

/** The sound cards, and those that the configuration selects. @returns the same as JSON and as text */
export function chosenDevices(
  config: Pick<Config, 'microphone' | 'loudspeaker'>,
  { ALSA_CONFIG_PATH: configured = '' }: NodeJS.ProcessEnv,
  places = CARD_PLACES,
): { readonly value: object; readonly text: string } {
  const cards = readCards(places);
  const capture = chooseCapture(config.microphone, cards, configured !== '');
  const playback = choose('playback', config.loudspeaker, cards, configured !== '');
  const { only, there } = captureSource(capture, config.microphone) ?? {};
  const channel = only === undefined ? '' : `, channel ${only}${there === undefined ? '' : ` of ${there}`}`;
  return {
    value: {
      cards,
      microphone: { ...choiceJson(capture, 'capture'), channel: only ?? null },
      loudspeaker: choiceJson(playback, 'playback'),
    },
    text: `${cards.length === 0 ? 'There is no sound card.\n' : cards.map(cardFacts).join('')}\n${lines([
      choiceLine('microphone', capture, 'capture', channel),
      choiceLine('loudspeaker', playback, 'playback'),
    ])}`,
  };
}

function choiceJson(choice: Choice, direction: Direction) {
  const { is, why } = choice;
  if (is === 'missing') return { is, device: null, why };
  if (is === 'name') return { is, device: choice.device ?? 'default', why };
  const rateHz = bestFormat(choice.stream, direction)?.rateHz ?? null;
  return { is, device: choice.card.id, rateHz, why, others: choice.others.map(({ id }) => id) };
}

function cardFacts({ index, id, name, usbPort, byPath, virtual, capture, playback }: SoundCard): string {
  const names = [id, usbPort === undefined ? [] : `usb:${usbPort}`, byPath ?? []].flat();
  const facts = table([
    ['  names', names.map((one) => jsonText(one)).join(' or ')],
    ...(capture === undefined ? [] : [['  records', formatsText(capture)]]),
    ...(playback === undefined ? [] : [['  plays', formatsText(playback)]]),
  ]);
  return `card ${index}: ${name}${virtual ? ' (virtual: used only where it is set)' : ''}\n${facts}`;
}

function formatsText({ device, formats }: CardStream): string {
  const where = device === 0 ? '' : `device ${device}: `;
  if (formats.length === 0) return `${where}(the kernel reports no rates for it)`;
  const texts = formats.map((one) => `${one.ratesHz.join('/')} Hz, ${one.channels} ch, ${one.format}`);
  return `${where}${texts.join('; ')}`;
}

function choiceLine(what: string, choice: Choice, direction: Direction, channel = ''): string {
  switch (choice.is) {
    case 'card': {
      const best = bestFormat(choice.stream, direction);
      const used = best === undefined ? '' : ` at ${best.rateHz} Hz`;
      const also = alsoText(direction, choice);
      return `${what}: ${cardText(choice.card)}${used}${channel}: ${choice.why}${also === '' ? '' : `; ${also}`}`;
    }
    case 'name':
      return `${what}: ${choice.device ?? 'default'}${channel}: ${choice.why}`;
    case 'missing':
      return `${what}: none: ${choice.why}`;
  }
}
