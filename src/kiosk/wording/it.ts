import type { Wording } from './type.ts';

export const IT: Wording = {
  muted: {
    title: 'Il microfono è spento',
    hint: 'Riportare l’interruttore del microfono in posizione normale.',
  },

  'microphone-missing': {
    title: 'Manca il microfono',
    hint: 'Collegare il microfono; vedi `dragoman devices`.',
  },
  'microphone-busy': {
    title: 'Un altro programma o utente occupa il microfono',
    hint: 'Chiudere l’altro programma (`fuser -v /dev/snd/*`) o aggiungere l’utente al gruppo audio.',
  },
  'microphone-stalled': {
    title: 'Dal microfono non arriva alcun suono',
    hint: 'Guardare se è silenziato; altrimenti scollegare il microfono e ricollegarlo.',
  },
  'microphone-failed': {
    title: 'La registrazione si è interrotta in modo imprevisto',
    hint: 'Niente, se accade solo ogni tanto; altrimenti provare `arecord -d 3 /dev/null` a mano.',
  },
  'recorder-missing': {
    title: 'Manca il programma arecord',
    hint: 'apt-get install alsa-utils',
  },
  'microphone-format': {
    title: 'Il microfono non registra come richiesto',
    hint: 'Impostare microphone.card, o scrivere `plughw:` al posto di `hw:` in microphone.device; poi `dragoman devices --check`.',
  },

  'loudspeaker-missing': {
    title: 'Manca l’altoparlante',
    hint: 'Collegare l’altoparlante; vedi `dragoman devices`.',
  },
  'loudspeaker-busy': {
    title: 'Un altro programma o utente occupa l’altoparlante',
    hint: 'Chiudere l’altro programma (`fuser -v /dev/snd/*`) o aggiungere l’utente al gruppo audio.',
  },
  'loudspeaker-failed': {
    title: 'La riproduzione si è interrotta in modo imprevisto',
    hint: 'Niente, se accade solo ogni tanto; altrimenti provare `speaker-test` a mano.',
  },
  'player-missing': {
    title: 'Il riproduttore non si avvia',
    hint: 'Reinstallare il pacchetto (nel codice sorgente: scripts/setup), o scegliere loudspeaker.driver = "aplay".',
  },

  'config-broken': {
    title: 'La configurazione contiene errori: vale l’ultima corretta',
    hint: '`dragoman config check` indica ogni errore con la sua riga; poi `dragoman restart`.',
  },
  'button-stuck': {
    title: 'Un pulsante resta premuto o il suo segnale è instabile',
    hint: 'Rilasciare il pulsante; se nessuno lo preme, è bloccato, oppure il suo filo è in cortocircuito o capta il ronzio della rete elettrica.',
  },
  'panel-missing': {
    title: 'Pulsanti e luci non sono utilizzabili',
    hint: 'Controllare le righe sotto [panel], e che questa macchina abbia un GPIO che il servizio può usare.',
  },
  internal: {
    title: 'Un errore dell’apparecchio stesso',
    hint: 'Segnalarlo, con le righe vicine del registro.',
  },
  'under-voltage': {
    title: 'L’alimentatore è troppo debole',
    hint: 'Usare l’alimentatore fornito con il computer, con il suo cavo corto.',
  },
  'disk-full': {
    title: 'La scheda di memoria è piena o non scrivibile',
    hint: 'Fare spazio (`df -h`, `journalctl --vacuum-size=100M`); una scheda diventata di sola lettura è consumata: sostituirla.',
  },
  'phrasebook-missing': {
    title: 'Il frasario non può funzionare: mancano dei pacchetti',
    hint: 'apt-get install libpocketsphinx3 pocketsphinx-en-us libespeak-ng1 espeak-ng-data espeak-ng',
  },
  'phrasebook-failed': {
    title: 'Il frasario non ha risposto',
    hint: 'Niente, se accade solo ogni tanto; altrimenti provare `dragoman phrasebook check` a mano.',
  },
  'update-failed': {
    title: 'Un aggiornamento è stato annullato',
    hint: 'È in uso la versione precedente; `dragoman update status` dice che cosa non andava nella nuova.',
  },

  'too-hot': {
    title: 'Il dispositivo è troppo caldo',
    hint: 'Toglierlo dal sole e non coprirlo.',
  },

  'clock-jumped': {
    title: 'L’orologio è stato spostato di oltre un giorno',
    hint: 'Controllare la data e il server dell’ora (`timedatectl`); mostrato per 24 ore.',
  },
  'key-missing': {
    title: 'Manca la chiave API',
    hint: 'Salvare la chiave: `sudo dragoman key set`.',
  },
  'key-refused': {
    title: 'Il servizio non accetta la chiave API',
    hint: 'Creare una nuova chiave in Google AI Studio, poi `sudo dragoman key set`.',
  },
  'permission-denied': {
    title: 'La chiave API non è autorizzata a usare il servizio',
    hint: 'Attivare la Gemini API nel progetto della chiave, toglierne le restrizioni, controllare fatturazione e Paese.',
  },
  quota: {
    title: 'La quota della chiave API è esaurita',
    hint: 'Attendere che la quota si rinnovi, o aumentarla in Google AI Studio.',
  },
  'model-gone': {
    title: 'Il servizio non offre un modello configurato',
    hint: '`dragoman status` indica modello e impostazione; si usa il successivo dell’elenco, se c’è.',
  },
  'setup-rejected': {
    title: 'Il servizio non accetta le impostazioni della sessione',
    hint: 'Controllare le impostazioni sotto [live]; il motivo dato dal servizio è nel registro.',
  },
  'budget-spent': {
    title: 'Il budget è esaurito',
    hint: 'Attendere il giorno o il mese successivo, o aumentare [spending] daily_budget o monthly_budget; `dragoman costs` dice per che cosa è stato speso.',
  },
  'no-engine': {
    title: 'Nessun motore configurato può interpretare questo',
    hint: 'Aggiungere a interpreters.engines un motore che conosca entrambe le lingue; i motivi sono nel registro.',
  },
  'credits-exhausted': {
    title: 'Il credito dell’account è esaurito',
    hint: 'Acquistare credito per il progetto della chiave, o alzarne il limite di spesa mensile, in Google AI Studio.',
  },

  'proxy-failed': {
    title: 'Il proxy non è raggiungibile o rifiuta la connessione',
    hint: 'Controllare service.proxy, o HTTPS_PROXY del servizio dragoman: indirizzo, utente, password; il registro dice che cosa ha fatto il proxy.',
  },
  'network-unreachable': {
    title: 'Il servizio non è raggiungibile',
    hint: 'Controllare il cavo di rete o il Wi-Fi, e service.base_url se impostato.',
  },
  'name-not-resolved': {
    title: 'Il nome del servizio non può essere risolto',
    hint: 'Controllare il server DNS di questa rete, e service.base_url se impostato.',
  },
  'clock-wrong': {
    title: 'L’orologio dell’apparecchio è sbagliato',
    hint: 'Controllare `timedatectl`: l’orologio si regola dalla rete (NTP, porta 123), poi si riprova.',
  },
  'tls-failed': {
    title: 'Nessuna connessione sicura al servizio',
    hint: 'Controllare se un firewall o un proxy della rete ostacola TLS, e service.base_url se impostato.',
  },
  'captive-portal': {
    title: 'Qualcosa nella rete risponde al posto del servizio',
    hint: 'Una pagina di accesso (captive portal): autorizzare l’apparecchio con il suo indirizzo MAC. Una rete che ispeziona TLS: mettere il certificato della sua autorità (.crt) in /usr/local/share/ca-certificates, poi `sudo update-ca-certificates` e `sudo dragoman restart`.',
  },
  'upgrade-refused': {
    title: 'Il servizio, o qualcosa prima di esso, ha rifiutato la connessione',
    hint: 'Controllare service.base_url, service.api_version, e se un proxy della rete lascia passare i WebSocket.',
  },
  'connect-timeout': {
    title: 'Il servizio non ha risposto in tempo alla connessione',
    hint: 'Controllare la rete; un firewall o un captive portal può trattenere le connessioni.',
  },
  'network-slow': {
    title: 'La rete trasmette il suono troppo lentamente',
    hint: 'Servono circa 350 kbit/s in upload; controllare il Wi-Fi.',
  },
  'connection-lost': {
    title: 'La connessione al servizio è caduta',
    hint: 'Niente, se accade solo ogni tanto; altrimenti controllare la rete.',
  },

  'service-error': {
    title: 'Il servizio ha segnalato un proprio errore',
    hint: 'Niente, se accade solo ogni tanto; altrimenti guardare la pagina di stato del servizio.',
  },
  'setup-timeout': {
    title: 'Il servizio non ha preparato la sessione in tempo',
    hint: 'Niente, se accade solo ogni tanto; dipende dal servizio.',
  },
  'session-expired': {
    title: 'Il servizio ha chiuso la sessione perché il suo tempo era scaduto',
    hint: 'Niente; si apre la sessione successiva.',
  },
  'service-garbled': {
    title: 'Il servizio ha inviato qualcosa di illeggibile',
    hint: 'Se persiste, controllare se un proxy della rete altera ciò che vi passa.',
  },
  'no-answer': {
    title: 'Il servizio ha sentito la frase e non ha risposto',
    hint: 'Parlare di nuovo; se persiste, guardare la pagina di stato del servizio.',
  },
  'silent-answer': {
    title: 'Il servizio ha risposto senza suono',
    hint: 'Parlare di nuovo; se persiste, guardare la pagina di stato del servizio.',
  },
  'answer-broken-off': {
    title: 'Il servizio ha interrotto la sua risposta',
    hint: 'Parlare di nuovo; se persiste, guardare la pagina di stato del servizio.',
  },
  'answer-endless': {
    title: 'La risposta del servizio non finiva',
    hint: 'Parlare di nuovo; se persiste, guardare la pagina di stato del servizio.',
  },
  'answer-wrong-language': {
    title: 'Il servizio ha risposto nella lingua sbagliata',
    hint: 'Parlare di nuovo, con una frase intera; se persiste, controllare le impostazioni sotto [languages].',
  },
};
