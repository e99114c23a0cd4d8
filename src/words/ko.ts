import type { Words } from './type.ts';

export const KO: Words = {
  name: '한국어',
  prompts: {
    'one moment': '잠시만 기다려 주세요. 다시 연결하고 있습니다.',
    'speak again': '다시 한번 말씀해 주세요.',
    'not available': '지금은 통역을 이용할 수 없습니다. 프런트에 문의해 주세요.',
  },
  notUnderstood: ['이해하지 못했습니다.', '이해하지 못했어요.', '이해 못 했습니다.', '알아듣지 못했습니다.', '못 알아들었습니다.'],
  polite: '죄송합니다|죄송하지만|미안하지만|잘|미안합니다|죄송해요|다시 말씀해 주세요',
};
