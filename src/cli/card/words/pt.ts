import type { CardWords } from './type.ts';

export const PT: CardWords = {
  title: 'O que dizem as luzes',
  use: 'Segurar o botão, falar, soltar. A outra pessoa ouve na própria língua.',
  contact: 'Responsável pelo aparelho',
  phone: 'Telefone',

  allWell: 'Quando está tudo bem',
  talk: {
    title: 'Luz de falar',
    listening: 'Fale agora',
    translating: 'Está sendo traduzido',
    speaking: 'A tradução está tocando',
    confirm: 'Carregue uma vez se era isto',
    nothingSaid: 'Nada foi ouvido: falar de novo',
    notUnderstood: 'Não entendido: dizer de outro modo',
    failed: 'Falhou: ver a luz de avaria',
  },
  connection: {
    title: 'Luz de conexão',
    ready: 'Pronto',
    connecting: 'Conectando; já se pode falar',
    limited: 'Só as frases do guia',
    off: 'Sem conexão, ou repouso noturno',
  },
  languages: {
    title: 'Luzes de língua',
    guest: 'O hóspede fala esta língua',
    without: 'Todas: uma língua sem luz',
    off: 'Outra língua, ou ainda não se sabe',
  },

  trouble: 'Luz de avaria',
  troubleNote: 'Apagada quando está tudo bem. Senão, contar as piscadas entre duas pausas.',
  seconds: 'segundos',
  means: 'O que significa',
  doing: 'O que se pode fazer',
  rows: {
    off: { means: 'Está tudo bem', doing: 'Nada. Se nenhuma luz responde ao botão: está na tomada?' },
    '1 flash': {
      means: 'O microfone está desligado',
      doing: 'Voltar a chave do microfone à posição normal.',
    },
    '2 flashes': {
      means: 'O microfone não funciona',
      doing: 'Desconectá-lo e conectá-lo de novo. Se persistir: telefonar.',
    },
    '3 flashes': {
      means: 'O alto-falante não funciona',
      doing: 'Está ligado? Desconectá-lo e conectá-lo de novo. Se persistir: telefonar.',
    },
    '4 flashes': {
      means: 'O botão ou o próprio aparelho',
      doing: 'O botão está preso? A fonte é a que veio com o aparelho? Se não for isso, telefonar.',
    },
    '5 flashes': {
      means: 'Chave, cota ou modelo do serviço',
      doing: 'Não se resolve na recepção: telefonar.',
    },
    'fast blink': {
      means: 'A rede ou o serviço',
      doing:
        'Pressionar e falar de novo: cada vez tenta outra vez. Se persistir: a internet funciona em outro lugar? Depois telefonar.',
    },
    on: {
      means: 'O aparelho não está funcionando',
      doing:
        'Esperar dois minutos: talvez esteja iniciando. Depois tirar da tomada, esperar dez segundos, ligar de novo. Se persistir: telefonar.',
    },
  },
  looks: {
    off: 'apagada',
    on: 'sempre acesa',
    'slow blink': 'pisca devagar',
    'fast blink': 'pisca rápido',
    flash: 'piscada',
    flashes: 'piscadas',
  },

  faults: 'Todas as avarias',
  faultsNote: 'O primeiro dígito conta as piscadas; 6 e 7 piscam rápido. O registro diz qual é.',
  see: 'Ver',
  menders: { staff: 'você na recepção', operator: 'o responsável', nobody: 'passa sozinho' },
};
