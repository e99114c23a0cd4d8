import type { CardWords } from './type.ts';

export const ES: CardWords = {
  title: 'Lo que dicen las luces',
  use: 'Mantenga pulsado el botón, hable y suéltelo. La otra persona lo oye en su idioma.',
  contact: 'Responsable del aparato',
  phone: 'Teléfono',

  allWell: 'Cuando todo va bien',
  talk: {
    title: 'Luz de hablar',
    listening: 'Hable ahora',
    translating: 'Se está traduciendo',
    speaking: 'Suena la traducción',
    confirm: 'Pulse una vez si quería decir eso',
    nothingSaid: 'No se oyó nada: hable otra vez',
    notUnderstood: 'No se entendió: dígalo de otro modo',
    failed: 'Falló: vea la luz de avería',
  },
  connection: {
    title: 'Luz de conexión',
    ready: 'Listo',
    connecting: 'Conectando; ya puede hablar',
    limited: 'Solo las frases de la guía',
    off: 'Sin conexión, o descanso nocturno',
  },
  languages: {
    title: 'Luces de idioma',
    guest: 'El huésped habla este idioma',
    without: 'Todas: un idioma sin luz propia',
    off: 'Otro idioma, o aún no se sabe',
  },

  trouble: 'Luz de avería',
  troubleNote: 'Apagada cuando todo va bien. Si no, cuente los destellos entre dos pausas.',
  seconds: 'segundos',
  means: 'Qué significa',
  doing: 'Qué puede hacer usted',
  rows: {
    off: { means: 'Todo va bien', doing: 'Nada. Si ninguna luz responde al botón: ¿está enchufado?' },
    '1 flash': {
      means: 'El micrófono está apagado',
      doing: 'Devuelva el interruptor de silencio a su posición.',
    },
    '2 flashes': {
      means: 'El micrófono no funciona',
      doing: 'Desconéctelo y vuelva a conectarlo. Si sigue igual: llame.',
    },
    '3 flashes': {
      means: 'El altavoz no funciona',
      doing: '¿Está encendido? Desconéctelo y vuelva a conectarlo. Si sigue igual: llame.',
    },
    '4 flashes': {
      means: 'El botón o el propio aparato',
      doing:
        '¿Está atascado el botón? ¿Es la fuente de alimentación que venía con el aparato? Si no es eso, llame.',
    },
    '5 flashes': {
      means: 'Clave, cuota o modelo del servicio',
      doing: 'No se puede arreglar en recepción: llame.',
    },
    'fast blink': {
      means: 'La red o el servicio',
      doing:
        'Pulse y hable otra vez: cada pulsación lo intenta de nuevo. Si sigue igual: ¿funciona internet en otro equipo? Después llame.',
    },
    on: {
      means: 'El aparato no está funcionando',
      doing:
        'Espere dos minutos: quizá está arrancando. Después desenchúfelo, espere diez segundos y enchúfelo. Si sigue igual: llame.',
    },
  },
  looks: {
    off: 'apagada',
    on: 'siempre encendida',
    'slow blink': 'parpadeo lento',
    'fast blink': 'parpadeo rápido',
    flash: 'destello',
    flashes: 'destellos',
  },

  faults: 'Todas las averías',
  faultsNote: 'La primera cifra cuenta los destellos; 6 y 7 son parpadeo rápido. El registro dice cuál es.',
  see: 'Véase',
  menders: { staff: 'usted en recepción', operator: 'el responsable', nobody: 'se pasa solo' },
};
