import type { Wording } from './type.ts';

export const FR: Wording = {
  muted: {
    title: 'Le micro est coupé',
    hint: 'Remettez l’interrupteur du micro en position normale.',
  },

  'microphone-missing': {
    title: 'Il n’y a pas de micro',
    hint: 'Branchez le micro ; voyez `dragoman devices`.',
  },
  'microphone-busy': {
    title: 'Un autre programme ou utilisateur occupe le micro',
    hint: 'Arrêtez l’autre programme (`fuser -v /dev/snd/*` le nomme) ; s’il n’y en a pas, ajoutez l’utilisateur au groupe audio.',
  },
  'microphone-stalled': {
    title: 'Le micro ne donne aucun son',
    hint: 'Voyez s’il est coupé ; sinon, débranchez le micro et rebranchez-le.',
  },
  'microphone-failed': {
    title: 'L’enregistrement s’est arrêté subitement',
    hint: 'Rien, si cela n’arrive que de temps en temps ; sinon, essayez `arecord -d 3 /dev/null` à la main.',
  },
  'recorder-missing': {
    title: 'Le programme arecord manque',
    hint: 'apt-get install alsa-utils',
  },
  'microphone-format': {
    title: 'Le micro n’enregistre pas comme demandé',
    hint: 'Réglez microphone.card, ou écrivez `plughw:` au lieu de `hw:` dans microphone.device ; puis `dragoman devices --check`.',
  },

  'loudspeaker-missing': {
    title: 'Il n’y a pas de haut-parleur',
    hint: 'Branchez le haut-parleur ; voyez `dragoman devices`.',
  },
  'loudspeaker-busy': {
    title: 'Un autre programme ou utilisateur occupe le haut-parleur',
    hint: 'Arrêtez l’autre programme (`fuser -v /dev/snd/*` le nomme) ; s’il n’y en a pas, ajoutez l’utilisateur au groupe audio.',
  },
  'loudspeaker-failed': {
    title: 'La lecture s’est arrêtée subitement',
    hint: 'Rien, si cela n’arrive que de temps en temps ; sinon, essayez `speaker-test` à la main.',
  },
  'player-missing': {
    title: 'Le lecteur ne peut pas être lancé',
    hint: 'Réinstallez le paquet (dans les sources : scripts/setup), ou choisissez loudspeaker.driver = "aplay".',
  },

  'config-broken': {
    title: 'La configuration a des erreurs : la dernière bonne sert',
    hint: '`dragoman config check` nomme chaque erreur avec sa ligne ; ensuite `dragoman restart`.',
  },
  'button-stuck': {
    title: 'Un bouton reste enfoncé ou son signal est instable',
    hint: 'Relâchez le bouton ; si personne ne le tient, il est coincé, ou son fil est en court-circuit ou parasité.',
  },
  'panel-missing': {
    title: 'Les boutons et les voyants sont inutilisables',
    hint: 'Vérifiez les lignes sous [panel], et que cette machine a un GPIO que le service peut utiliser.',
  },
  internal: {
    title: 'Une erreur de l’appareil lui-même',
    hint: 'Signalez-la, avec les lignes voisines du journal.',
  },
  'under-voltage': {
    title: 'L’alimentation est trop faible',
    hint: 'Utilisez l’alimentation fournie avec l’ordinateur, avec son propre câble court.',
  },
  'disk-full': {
    title: 'La carte mémoire est pleine ou refuse l’écriture',
    hint: 'Faites de la place (`df -h`, `journalctl --vacuum-size=100M`) ; une carte passée en lecture seule est usée : remplacez-la.',
  },
  'phrasebook-missing': {
    title: 'Le guide de conversation ne peut pas servir : il manque des paquets',
    hint: 'apt-get install libpocketsphinx3 pocketsphinx-en-us libespeak-ng1 espeak-ng-data espeak-ng',
  },
  'phrasebook-failed': {
    title: 'Le guide de conversation n’a pas répondu',
    hint: 'Rien, si cela n’arrive que de temps en temps ; sinon, essayez `dragoman phrasebook check` à la main.',
  },
  'update-failed': {
    title: 'Une mise à jour a été annulée',
    hint: 'La version d’avant est en service ; `dragoman update status` dit ce qui n’allait pas avec la nouvelle.',
  },

  'too-hot': {
    title: 'L’appareil est trop chaud',
    hint: 'Mettez-le à l’abri du soleil, sans rien dessus.',
  },

  'clock-jumped': {
    title: 'L’horloge a été changée de plus d’un jour',
    hint: 'Vérifiez la date et le serveur de temps (`timedatectl`) ; affiché 24 heures.',
  },
  'key-missing': {
    title: 'Il n’y a pas de clé d’API',
    hint: 'Enregistrez la clé : `sudo dragoman key set`.',
  },
  'key-refused': {
    title: 'Le service n’accepte pas la clé d’API',
    hint: 'Créez une nouvelle clé dans Google AI Studio, puis `sudo dragoman key set`.',
  },
  'permission-denied': {
    title: 'La clé d’API n’a pas le droit d’utiliser le service',
    hint: 'Activez la Gemini API pour le projet de la clé, levez les restrictions de la clé, vérifiez la facturation et le pays.',
  },
  quota: {
    title: 'Le quota de la clé d’API est épuisé',
    hint: 'Attendez que le quota soit renouvelé, ou augmentez-le dans Google AI Studio.',
  },
  'model-gone': {
    title: 'Le service n’offre pas un modèle configuré',
    hint: '`dragoman status` nomme le modèle et son réglage ; le suivant de la liste est utilisé, s’il y en a un.',
  },
  'setup-rejected': {
    title: 'Le service n’accepte pas les réglages de la session',
    hint: 'Vérifiez les réglages sous [live] ; la raison donnée par le service est dans le journal.',
  },
  'budget-spent': {
    title: 'Le budget est épuisé',
    hint: 'Attendre le jour ou le mois suivant, ou augmenter [spending] daily_budget ou monthly_budget ; `dragoman costs` dit à quoi il a servi.',
  },
  'no-engine': {
    title: 'Aucun moteur configuré ne peut interpréter cela',
    hint: 'Ajouter à interpreters.engines un moteur qui connaît les deux langues ; le journal en donne les raisons.',
  },
  'credits-exhausted': {
    title: 'Le crédit du compte est épuisé',
    hint: 'Achetez du crédit pour le projet de la clé, ou relevez son plafond de dépenses mensuel, dans Google AI Studio.',
  },

  'proxy-failed': {
    title: 'Le proxy est injoignable ou refuse la connexion',
    hint: 'Vérifiez service.proxy, ou HTTPS_PROXY du service dragoman : adresse, utilisateur, mot de passe ; le journal dit ce que le proxy a fait.',
  },
  'network-unreachable': {
    title: 'Le service est injoignable',
    hint: 'Vérifiez le câble réseau ou le Wi-Fi, et service.base_url s’il est défini.',
  },
  'name-not-resolved': {
    title: 'Le nom du service ne peut pas être résolu',
    hint: 'Vérifiez le serveur DNS de ce réseau, et service.base_url s’il est défini.',
  },
  'clock-wrong': {
    title: 'L’horloge de l’appareil est fausse',
    hint: 'Vérifiez `timedatectl` : l’horloge est réglée par le réseau (NTP, port 123), puis on réessaie.',
  },
  'tls-failed': {
    title: 'Pas de connexion sécurisée au service',
    hint: 'Vérifiez si un pare-feu ou un proxy du réseau gêne TLS, et service.base_url s’il est défini.',
  },
  'captive-portal': {
    title: 'Quelque chose dans le réseau répond à la place du service',
    hint: 'Une page de connexion (portail captif) : autorisez l’appareil par son adresse MAC. Un réseau qui inspecte TLS : mettez le certificat de son autorité (.crt) dans /usr/local/share/ca-certificates, puis `sudo update-ca-certificates` et `sudo dragoman restart`.',
  },
  'upgrade-refused': {
    title: 'Le service, ou un intermédiaire, a refusé la connexion',
    hint: 'Vérifiez service.base_url, service.api_version, et si un proxy du réseau laisse passer les WebSockets.',
  },
  'connect-timeout': {
    title: 'Le service n’a pas répondu à temps à la connexion',
    hint: 'Vérifiez le réseau ; un pare-feu ou un portail captif peut retenir les connexions.',
  },
  'network-slow': {
    title: 'Le réseau transmet le son trop lentement',
    hint: 'Il faut environ 350 kbit/s en débit montant ; vérifiez le Wi-Fi.',
  },
  'connection-lost': {
    title: 'La connexion au service a été perdue',
    hint: 'Rien, si cela n’arrive que de temps en temps ; sinon, vérifiez le réseau.',
  },

  'service-error': {
    title: 'Le service a signalé une erreur de son côté',
    hint: 'Rien, si cela n’arrive que de temps en temps ; sinon, consultez la page d’état du service.',
  },
  'setup-timeout': {
    title: 'Le service n’a pas préparé la session à temps',
    hint: 'Rien, si cela n’arrive que de temps en temps ; cela vient du service.',
  },
  'session-expired': {
    title: 'Le service a fermé la session, son temps étant écoulé',
    hint: 'Rien ; la session suivante est ouverte.',
  },
  'service-garbled': {
    title: 'Le service a envoyé quelque chose d’illisible',
    hint: 'Si cela persiste, vérifiez si un proxy du réseau modifie ce qui passe par lui.',
  },
  'no-answer': {
    title: 'Le service a entendu la phrase et n’a pas répondu',
    hint: 'Parlez de nouveau ; si cela persiste, consultez la page d’état du service.',
  },
  'silent-answer': {
    title: 'Le service a répondu sans son',
    hint: 'Parlez de nouveau ; si cela persiste, consultez la page d’état du service.',
  },
  'answer-broken-off': {
    title: 'Le service a interrompu sa réponse',
    hint: 'Parlez de nouveau ; si cela persiste, consultez la page d’état du service.',
  },
  'answer-endless': {
    title: 'La réponse du service ne finissait pas',
    hint: 'Parlez de nouveau ; si cela persiste, consultez la page d’état du service.',
  },
  'answer-wrong-language': {
    title: 'Le service a répondu dans la mauvaise langue',
    hint: 'Parler de nouveau, en une phrase entière ; si cela persiste, vérifier les réglages sous [languages].',
  },
};
