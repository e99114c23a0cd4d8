import type { Words } from './type.ts';

export const PL: Words = {
  name: 'Polski',
  sheet: {
    hold: 'Naciśnij i przytrzymaj. Mów. Puść.',
    tap: 'Naciśnij, potem mów.',
    open: 'Naciśnij raz. Potem po prostu mów.',
    wait: 'Proszę mówić po kolei i poczekać na koniec tłumaczenia.',
  },
  notice: {
    machine: 'Tu tłumaczy maszyna.',
    check: 'Może się pomylić: prosimy sprawdzić ceny, godziny i liczby.',
    sent: 'To, co Państwo mówią, gdy świeci lampka, jest przesyłane do {service} w celu przetłumaczenia.',
    staysHere: 'To, co Państwo mówią, jest tłumaczone na tym urządzeniu i nie jest nikomu przesyłane.',
    notStored: 'To urządzenie nie zapisuje tego, co Państwo mówią.',
    limits: 'Nie służy do spraw medycznych ani prawnych.',
  },
  prompts: {
    'one moment': 'Proszę chwilę zaczekać. Przywracamy połączenie.',
    'speak again': 'Proszę powtórzyć.',
    'not available': 'Tłumaczenie jest teraz niedostępne. Proszę zapytać w recepcji.',
  },
  notUnderstood: ['Nie zrozumiałem.', 'Nie zrozumiałam.', 'Nie rozumiem.'],
  polite: 'przepraszam|ale|niestety|proszę|proszę powtórzyć|czy może pan powtórzyć',
};
