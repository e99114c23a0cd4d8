import type { Words } from './type.ts';

export const VI: Words = {
  name: 'Tiếng Việt',
  prompts: {
    'one moment': 'Xin vui lòng chờ một chút. Đang kết nối lại.',
    'speak again': 'Xin vui lòng nói lại.',
    'not available': 'Hiện không thể phiên dịch. Xin vui lòng hỏi tại quầy lễ tân.',
  },
  notUnderstood: ['Tôi không hiểu.', 'Tôi chưa hiểu.', 'Tôi đã không hiểu.'],
  polite: 'xin lỗi|nhưng|rất tiếc|làm ơn|xin nhắc lại',
};
