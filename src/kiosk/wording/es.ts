import type { Wording } from './type.ts';

export const ES: Wording = {
  muted: {
    title: 'El micrófono está apagado',
    hint: 'Devuelva el interruptor de silencio a su posición.',
  },

  'microphone-missing': {
    title: 'No hay micrófono',
    hint: 'Conecte el micrófono; vea `dragoman devices`.',
  },
  'microphone-busy': {
    title: 'Otro programa o usuario ocupa el micrófono',
    hint: 'Cierre el otro programa (`fuser -v /dev/snd/*` dice cuál es); si no hay ninguno, añada el usuario al grupo audio.',
  },
  'microphone-stalled': {
    title: 'El micrófono no da sonido',
    hint: 'Mire si está silenciado; si no, desconecte el micrófono y vuelva a conectarlo.',
  },
  'microphone-failed': {
    title: 'La grabación terminó de forma inesperada',
    hint: 'Nada, si solo ocurre de vez en cuando; si no, pruebe `arecord -d 3 /dev/null` a mano.',
  },
  'recorder-missing': {
    title: 'Falta el programa arecord',
    hint: 'apt-get install alsa-utils',
  },
  'microphone-format': {
    title: 'El micrófono no graba como se le pide',
    hint: 'Indique microphone.card, o escriba `plughw:` en lugar de `hw:` en microphone.device; después, `dragoman devices --check`.',
  },

  'loudspeaker-missing': {
    title: 'No hay altavoz',
    hint: 'Conecte el altavoz; vea `dragoman devices`.',
  },
  'loudspeaker-busy': {
    title: 'Otro programa o usuario ocupa el altavoz',
    hint: 'Cierre el otro programa (`fuser -v /dev/snd/*` dice cuál es); si no hay ninguno, añada el usuario al grupo audio.',
  },
  'loudspeaker-failed': {
    title: 'La reproducción terminó de forma inesperada',
    hint: 'Nada, si solo ocurre de vez en cuando; si no, pruebe `speaker-test` a mano.',
  },
  'player-missing': {
    title: 'No se puede iniciar el reproductor',
    hint: 'Reinstale el paquete (en el código fuente: scripts/setup), o elija loudspeaker.driver = "aplay".',
  },

  'config-broken': {
    title: 'La configuración tiene errores: se usa la última correcta',
    hint: '`dragoman config check` indica cada error con su línea; después, `dragoman restart`.',
  },
  'button-stuck': {
    title: 'Un botón sigue pulsado o su señal fluctúa',
    hint: 'Suelte el botón; si nadie lo pulsa, está atascado, o su cable está en cortocircuito o capta zumbido de la red eléctrica.',
  },
  'panel-missing': {
    title: 'No se pueden usar los botones y las luces',
    hint: 'Revise las líneas bajo [panel], y que esta máquina tenga un GPIO que el servicio pueda usar.',
  },
  internal: {
    title: 'Un error del propio aparato',
    hint: 'Comuníquelo, con las líneas del registro que lo rodean.',
  },
  'under-voltage': {
    title: 'La fuente de alimentación es demasiado débil',
    hint: 'Use la fuente que venía con el ordenador, con su propio cable corto.',
  },
  'disk-full': {
    title: 'La tarjeta de memoria está llena o no admite escritura',
    hint: 'Libere espacio (`df -h`, `journalctl --vacuum-size=100M`); si la tarjeta ha quedado en solo lectura, está gastada: cámbiela.',
  },
  'phrasebook-missing': {
    title: 'El libro de frases no puede trabajar: faltan paquetes',
    hint: 'apt-get install libpocketsphinx3 pocketsphinx-en-us libespeak-ng1 espeak-ng-data espeak-ng',
  },
  'phrasebook-failed': {
    title: 'El libro de frases no respondió',
    hint: 'Nada, si solo ocurre de vez en cuando; si no, pruebe `dragoman phrasebook check` a mano.',
  },
  'update-failed': {
    title: 'Se deshizo una actualización',
    hint: 'Funciona la versión anterior; `dragoman update status` dice qué falló en la nueva.',
  },

  'too-hot': {
    title: 'El aparato está demasiado caliente',
    hint: 'Apártelo del sol y no ponga nada encima.',
  },

  'clock-jumped': {
    title: 'El reloj se cambió en más de un día',
    hint: 'Revise la fecha y el servidor de hora (`timedatectl`); se muestra durante 24 horas.',
  },
  'key-missing': {
    title: 'No hay clave de API',
    hint: 'Guarde la clave: `sudo dragoman key set`.',
  },
  'key-refused': {
    title: 'El servicio no acepta la clave de API',
    hint: 'Cree una clave nueva en Google AI Studio y después `sudo dragoman key set`.',
  },
  'permission-denied': {
    title: 'La clave de API no tiene permiso para usar el servicio',
    hint: 'Active la Gemini API en el proyecto de la clave, quite las restricciones de la clave y revise la facturación y el país.',
  },
  quota: {
    title: 'La cuota de la clave de API está agotada',
    hint: 'Espere a que se renueve la cuota, o auméntela en Google AI Studio.',
  },
  'model-gone': {
    title: 'El servicio no ofrece un modelo configurado',
    hint: '`dragoman status` nombra el modelo y su ajuste; se usa el siguiente de la lista, si lo hay.',
  },
  'setup-rejected': {
    title: 'El servicio no acepta la configuración de la sesión',
    hint: 'Revise los ajustes bajo [live]; el motivo que da el servicio está en el registro.',
  },
  'budget-spent': {
    title: 'El presupuesto está agotado',
    hint: 'Esperar al día o mes siguiente, o subir [spending] daily_budget o monthly_budget; `dragoman costs` dice en qué se gastó.',
  },
  'no-engine': {
    title: 'Ningún motor configurado puede interpretar esto',
    hint: 'Añadir a interpreters.engines uno que sepa ambos idiomas; el registro da los motivos.',
  },
  'credits-exhausted': {
    title: 'El crédito de la cuenta se ha agotado',
    hint: 'Compre crédito para el proyecto de la clave, o suba su límite de gasto mensual, en Google AI Studio.',
  },

  'proxy-failed': {
    title: 'No se puede llegar al proxy, o rechaza la conexión',
    hint: 'Revise service.proxy, o HTTPS_PROXY del servicio dragoman: dirección, usuario, contraseña; el registro dice qué hizo el proxy.',
  },
  'network-unreachable': {
    title: 'No se llega al servicio',
    hint: 'Revise el cable de red o el wifi, y service.base_url si está definido.',
  },
  'name-not-resolved': {
    title: 'No se puede resolver el nombre del servicio',
    hint: 'Revise el servidor DNS de esta red, y service.base_url si está definido.',
  },
  'clock-wrong': {
    title: 'El reloj del aparato no va bien',
    hint: 'Revise `timedatectl`: el reloj se pone en hora por la red (NTP, puerto 123) y después se vuelve a intentar.',
  },
  'tls-failed': {
    title: 'No hay conexión segura con el servicio',
    hint: 'Revise si un cortafuegos o un proxy de la red impide TLS, y service.base_url si está definido.',
  },
  'captive-portal': {
    title: 'Algo en la red responde en lugar del servicio',
    hint: 'Una página de acceso (portal cautivo): autorice el aparato por su dirección MAC. Una red que inspecciona TLS: ponga el certificado de su autoridad (.crt) en /usr/local/share/ca-certificates, luego `sudo update-ca-certificates` y `sudo dragoman restart`.',
  },
  'upgrade-refused': {
    title: 'El servicio, o algo que hay delante, rechazó la conexión',
    hint: 'Revise service.base_url, service.api_version, y si un proxy de la red deja pasar WebSockets.',
  },
  'connect-timeout': {
    title: 'El servicio no respondió a tiempo a la conexión',
    hint: 'Revise la red; un cortafuegos o un portal cautivo puede retener las conexiones.',
  },
  'network-slow': {
    title: 'La red transmite el sonido con demasiada lentitud',
    hint: 'Hacen falta unos 350 kbit/s de subida; revise el wifi.',
  },
  'connection-lost': {
    title: 'Se perdió la conexión con el servicio',
    hint: 'Nada, si solo ocurre de vez en cuando; si no, revise la red.',
  },

  'service-error': {
    title: 'El servicio comunicó un error propio',
    hint: 'Nada, si solo ocurre de vez en cuando; si no, consulte la página de estado del servicio.',
  },
  'setup-timeout': {
    title: 'El servicio no preparó la sesión a tiempo',
    hint: 'Nada, si solo ocurre de vez en cuando; depende del servicio.',
  },
  'session-expired': {
    title: 'El servicio cerró la sesión porque se acabó su tiempo',
    hint: 'Nada; se abre la sesión siguiente.',
  },
  'service-garbled': {
    title: 'El servicio envió algo que no se puede leer',
    hint: 'Si persiste, revise si un proxy de la red altera lo que pasa por él.',
  },
  'no-answer': {
    title: 'El servicio oyó lo dicho y no respondió',
    hint: 'Hable otra vez; si persiste, consulte la página de estado del servicio.',
  },
  'silent-answer': {
    title: 'El servicio respondió sin sonido',
    hint: 'Hable otra vez; si persiste, consulte la página de estado del servicio.',
  },
  'answer-broken-off': {
    title: 'El servicio interrumpió su respuesta',
    hint: 'Hable otra vez; si persiste, consulte la página de estado del servicio.',
  },
  'answer-endless': {
    title: 'La respuesta del servicio no terminaba',
    hint: 'Hable otra vez; si persiste, consulte la página de estado del servicio.',
  },
  'answer-wrong-language': {
    title: 'El servicio respondió en otro idioma que el debido',
    hint: 'Hablar de nuevo, con una frase entera; si persiste, comprobar los ajustes de [languages].',
  },
};
