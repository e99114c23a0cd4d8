import type { Words } from './type.ts';

export const HE: Words = {
  name: 'עברית',
  prompts: {
    'one moment': 'רק רגע, בבקשה. החיבור מתחדש.',
    'speak again': 'נא לומר זאת שוב.',
    'not available': 'התרגום אינו זמין כעת. נא לשאול בדלפק הקבלה.',
  },
  promptSpelling: {
    'one moment': `[[Q"'ak Q"'ega? bevakaS'a]]. [[haXib'uQ" mitXad'eS]].`,
    'speak again': `[[n'a lom'aQ" z'ot S'uv]].`,
    'not available': `[[hataQ"g'um ?ejn'o zam'in ka?'et]]. [[n'a liS?'ol bedelp'ak hakabal'a]].`,
  },
  notUnderstood: ['לא הבנתי.', 'לא הבנתי את זה.', 'אני לא מבין.', 'אני לא מבינה.'],
  polite: 'סליחה|מצטער|מצטערת|אני מצטער|אני מצטערת|בבקשה',
};
