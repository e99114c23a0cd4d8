import { type CaptureSettings, captureSource, chooseCapture } from '../audio/alsa/capture.ts';
import { CARD_PLACES, type CardStream, readCards, type SoundCard } from '../audio/alsa/cards.ts';
import { alsoText, bestFormat, type Choice, cardText, choose } from '../audio/alsa/choice.ts';
import type { Direction } from '../audio/alsa/stream-formats.ts';
import { jsonText } from '../base/foreign-text.ts';
import { configurationAt } from '../system/config/load.ts';
import type { Outside } from './outside.ts';

/** What sound cards there are, and which the configuration means. */
export async function devicesCommand(
  { config: file }: { readonly config?: string },
  { environment }: Pick<Outside, 'environment'>,
  places = CARD_PLACES,
): Promise<string> {
  const config = await configurationAt(file);
  const cards = readCards(places);
  const configured = (environment.ALSA_CONFIG_PATH ?? '') !== '';
  const lines = cards.length === 0 ? ['There is no sound card.'] : cards.flatMap(cardLines);
  const capture = chooseCapture(config.microphone, cards, configured);
  const playback = choose('playback', config.loudspeaker, cards, configured);
  return `${[...lines, '', microphoneLine(capture, config.microphone), choiceLine('loudspeaker', playback, 'playback')].join('\n')}\n`;
}

function cardLines(card: SoundCard): string[] {
  const { index, id, name, usbPort, byPath, capture, playback } = card;
  const called = [
    id,
    ...(usbPort === undefined ? [] : [`usb:${usbPort}`]),
    ...(byPath === undefined ? [] : [byPath]),
  ];
  return [
    `card ${index}: ${name}${card.virtual ? ' (virtual: used only where it is set)' : ''}`,
    `  to be called  ${called.map((one) => jsonText(one)).join(' or ')}`,
    ...(capture === undefined ? [] : [`  records       ${formatsText(capture)}`]),
    ...(playback === undefined ? [] : [`  plays         ${formatsText(playback)}`]),
  ];
}

function formatsText({ device, formats }: CardStream): string {
  const where = device === 0 ? '' : `device ${device}: `;
  if (formats.length === 0) return `${where}(the kernel tells no rates of it)`;
  return (
    where +
    formats
      .map(({ format, channels, ratesHz }) => `${ratesHz.join('/')} Hz, ${channels} ch, ${format}`)
      .join('; ')
  );
}

function microphoneLine(choice: Choice, settings: CaptureSettings): string {
  const { only, there } = captureSource(choice, settings) ?? {};
  const channel = only === undefined ? '' : `, channel ${only}${there === undefined ? '' : ` of ${there}`}`;
  return choiceLine('microphone', choice, 'capture', channel);
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
