import type { Wording } from './type.ts';

export const NL: Wording = {
  muted: {
    title: 'De microfoon staat uit',
    hint: 'Zet de dempschakelaar terug.',
  },

  'microphone-missing': {
    title: 'Er is geen microfoon',
    hint: 'Sluit de microfoon aan; zie `dragoman devices`.',
  },
  'microphone-busy': {
    title: 'Een ander programma of een andere gebruiker houdt de microfoon bezet',
    hint: 'Sluit het andere programma af (`fuser -v /dev/snd/*` noemt het); is er geen, voeg de gebruiker dan toe aan de groep audio.',
  },
  'microphone-stalled': {
    title: 'De microfoon levert geen geluid',
    hint: 'Kijk of hij gedempt is; trek anders de microfoon eruit en steek hem er weer in.',
  },
  'microphone-failed': {
    title: 'De opname stopte onverwacht',
    hint: 'Niets, als het maar af en toe gebeurt; probeer anders `arecord -d 3 /dev/null` met de hand.',
  },
  'recorder-missing': {
    title: 'Het programma arecord ontbreekt',
    hint: 'apt-get install alsa-utils',
  },
  'microphone-format': {
    title: 'De microfoon neemt niet op zoals gevraagd',
    hint: 'Stel microphone.card in, of schrijf `plughw:` in plaats van `hw:` in microphone.device; daarna `dragoman devices --check`.',
  },

  'loudspeaker-missing': {
    title: 'Er is geen luidspreker',
    hint: 'Sluit de luidspreker aan; zie `dragoman devices`.',
  },
  'loudspeaker-busy': {
    title: 'Een ander programma of een andere gebruiker houdt de luidspreker bezet',
    hint: 'Sluit het andere programma af (`fuser -v /dev/snd/*` noemt het); is er geen, voeg de gebruiker dan toe aan de groep audio.',
  },
  'loudspeaker-failed': {
    title: 'Het afspelen stopte onverwacht',
    hint: 'Niets, als het maar af en toe gebeurt; probeer anders `speaker-test` met de hand.',
  },
  'player-missing': {
    title: 'Het afspeelprogramma kan niet worden gestart',
    hint: 'Installeer het pakket opnieuw (in de broncode: scripts/setup), of kies loudspeaker.driver = "aplay".',
  },

  'config-broken': {
    title: 'De configuratie bevat fouten: de laatste goede geldt',
    hint: '`dragoman config check` noemt elke fout met zijn regel; daarna `dragoman restart`.',
  },
  'button-stuck': {
    title: 'Een knop blijft ingedrukt of zijn signaal springt',
    hint: 'Laat de knop los; als niemand hem vasthoudt, zit hij klem, of heeft zijn draad kortsluiting of pikt die netbrom op.',
  },
  'panel-missing': {
    title: 'Knoppen en lampjes kunnen niet worden gebruikt',
    hint: 'Controleer de regels onder [panel], en of deze computer GPIO heeft die de dienst mag gebruiken.',
  },
  internal: {
    title: 'Een fout in het apparaat zelf',
    hint: 'Meld het, met de regels van het journaal eromheen.',
  },
  'under-voltage': {
    title: 'De voeding is te zwak',
    hint: 'Gebruik de voeding die bij de computer hoort, met zijn eigen korte kabel.',
  },
  'disk-full': {
    title: 'De geheugenkaart is vol of niet beschrijfbaar',
    hint: 'Maak ruimte (`df -h`, `journalctl --vacuum-size=100M`); een kaart die alleen nog leesbaar is, is versleten: vervang hem.',
  },
  'phrasebook-missing': {
    title: 'De taalgids kan niet werken: er ontbreken pakketten',
    hint: 'apt-get install libpocketsphinx3 pocketsphinx-en-us libespeak-ng1 espeak-ng-data espeak-ng',
  },
  'phrasebook-failed': {
    title: 'De taalgids gaf geen antwoord',
    hint: 'Niets, als het maar af en toe gebeurt; probeer anders `dragoman phrasebook check` met de hand.',
  },
  'update-failed': {
    title: 'Een update is teruggedraaid',
    hint: 'De vorige versie draait; `dragoman update status` vertelt wat er met de nieuwe mis was.',
  },

  'too-hot': {
    title: 'Het apparaat is te heet',
    hint: 'Haal het uit de zon en leg er niets op.',
  },

  'clock-jumped': {
    title: 'De klok is meer dan een dag verzet',
    hint: 'Controleer datum en tijdserver (`timedatectl`); na 24 uur voorbij.',
  },
  'key-missing': {
    title: 'Er is geen API-sleutel',
    hint: 'Sla de sleutel op: `sudo dragoman key set`.',
  },
  'key-refused': {
    title: 'De dienst aanvaardt de API-sleutel niet',
    hint: 'Maak een nieuwe sleutel in Google AI Studio, dan `sudo dragoman key set`.',
  },
  'permission-denied': {
    title: 'De API-sleutel mag de dienst niet gebruiken',
    hint: 'Schakel de Gemini API in voor het project van de sleutel, hef zijn beperkingen op, en controleer facturering en land.',
  },
  quota: {
    title: 'Het quotum van de API-sleutel is op',
    hint: 'Wacht tot het quotum wordt vernieuwd, of verhoog het in Google AI Studio.',
  },
  'model-gone': {
    title: 'De dienst biedt een ingesteld model niet aan',
    hint: '`dragoman status` noemt model en instelling; het volgende van de lijst wordt gebruikt, als dat er is.',
  },
  'setup-rejected': {
    title: 'De dienst aanvaardt de instellingen van de sessie niet',
    hint: 'Controleer de instellingen onder [live]; de reden van de dienst staat in het logboek.',
  },
  'budget-spent': {
    title: 'Het budget is op',
    hint: 'Op de volgende dag of maand wachten, of [spending] daily_budget of monthly_budget verhogen; `dragoman costs` zegt waaraan het is uitgegeven.',
  },
  'no-engine': {
    title: 'Geen ingestelde vertaler kan dit',
    hint: 'Voeg aan interpreters.engines er een toe die beide talen kent; de redenen staan in het logboek.',
  },
  'credits-exhausted': {
    title: 'Het tegoed van het account is op',
    hint: 'Koop tegoed voor het project van de sleutel, of verhoog de maandelijkse bestedingslimiet ervan, in Google AI Studio.',
  },

  'proxy-failed': {
    title: 'De proxy is niet bereikbaar of weigert de verbinding',
    hint: 'Controleer service.proxy, of HTTPS_PROXY van de service dragoman: adres, gebruiker, wachtwoord; het logboek zegt wat de proxy deed.',
  },
  'network-unreachable': {
    title: 'De dienst is niet bereikbaar',
    hint: 'Controleer de netwerkkabel of de wifi, en service.base_url als dat is ingesteld.',
  },
  'name-not-resolved': {
    title: 'De naam van de dienst kan niet worden opgezocht',
    hint: 'Controleer de DNS-server van dit netwerk, en service.base_url als dat is ingesteld.',
  },
  'clock-wrong': {
    title: 'De klok van het apparaat loopt verkeerd',
    hint: 'Controleer `timedatectl`: de klok wordt via het netwerk gezet (NTP, poort 123), daarna wordt het opnieuw geprobeerd.',
  },
  'tls-failed': {
    title: 'Geen beveiligde verbinding met de dienst',
    hint: 'Controleer of een firewall of proxy van het netwerk TLS verstoort, en service.base_url als dat is ingesteld.',
  },
  'captive-portal': {
    title: 'Iets in het netwerk antwoordt in plaats van de dienst',
    hint: 'Een inlogpagina (captive portal): laat het apparaat door op zijn MAC-adres. Een netwerk dat TLS inspecteert: zet het certificaat van zijn autoriteit (.crt) in /usr/local/share/ca-certificates, daarna `sudo update-ca-certificates` en `sudo dragoman restart`.',
  },
  'upgrade-refused': {
    title: 'De dienst, of iets ervoor, weigerde de verbinding',
    hint: 'Controleer service.base_url, service.api_version, en of een proxy van het netwerk WebSockets doorlaat.',
  },
  'connect-timeout': {
    title: 'De dienst beantwoordde de verbinding niet op tijd',
    hint: 'Controleer het netwerk; een firewall of captive portal kan verbindingen ophouden.',
  },
  'network-slow': {
    title: 'Het netwerk verwerkt het geluid te langzaam',
    hint: 'Er is ongeveer 350 kbit/s upload nodig; controleer de wifi.',
  },
  'connection-lost': {
    title: 'De verbinding met de dienst is verbroken',
    hint: 'Niets, als het maar af en toe gebeurt; controleer anders het netwerk.',
  },

  'service-error': {
    title: 'De dienst meldde een eigen fout',
    hint: 'Niets, als het maar af en toe gebeurt; kijk anders op de statuspagina van de dienst.',
  },
  'setup-timeout': {
    title: 'De dienst heeft de sessie niet op tijd ingericht',
    hint: 'Niets, als het maar af en toe gebeurt; het ligt aan de dienst.',
  },
  'session-expired': {
    title: 'De dienst beëindigde de sessie omdat haar tijd om was',
    hint: 'Niets; de volgende sessie wordt geopend.',
  },
  'service-garbled': {
    title: 'De dienst stuurde iets dat niet te lezen is',
    hint: 'Controleer, als het zo blijft, of een proxy van het netwerk verandert wat erdoorheen gaat.',
  },
  'no-answer': {
    title: 'De dienst hoorde wat er gezegd werd en antwoordde niet',
    hint: 'Spreek nog eens; kijk, als het zo blijft, op de statuspagina van de dienst.',
  },
  'silent-answer': {
    title: 'De dienst antwoordde zonder geluid',
    hint: 'Spreek nog eens; kijk, als het zo blijft, op de statuspagina van de dienst.',
  },
  'answer-broken-off': {
    title: 'De dienst brak zijn antwoord af',
    hint: 'Spreek nog eens; kijk, als het zo blijft, op de statuspagina van de dienst.',
  },
  'answer-endless': {
    title: 'Het antwoord van de dienst hield niet op',
    hint: 'Spreek nog eens; kijk, als het zo blijft, op de statuspagina van de dienst.',
  },
  'answer-wrong-language': {
    title: 'De dienst antwoordde in de verkeerde taal',
    hint: 'Opnieuw spreken, in een hele zin; blijft het zo, controleer dan de instellingen onder [languages].',
  },
};
