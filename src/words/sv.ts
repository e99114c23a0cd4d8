import type { Words } from './type.ts';

export const SV: Words = {
  name: 'Svenska',
  prompts: {
    'one moment': 'Ett ögonblick, tack. Anslutningen återställs.',
    'speak again': 'Var vänlig säg det igen.',
    'not available': 'Tolkning är inte tillgänglig just nu. Vänligen fråga i receptionen.',
  },
  notUnderstood: ['Jag förstod inte.', 'Jag förstod det inte.', 'Jag förstår inte.'],
  polite: 'förlåt|men|ursäkta|tyvärr|tack|jag är ledsen|kan du upprepa det',
};
