import type { Wording } from './type.ts';

export const PT: Wording = {
  muted: {
    title: 'O microfone está desligado',
    hint: 'Voltar a chave do microfone à posição normal.',
  },

  'microphone-missing': {
    title: 'Não há microfone',
    hint: 'Conectar o microfone; ver `dragoman devices`.',
  },
  'microphone-busy': {
    title: 'Outro programa ou usuário ocupa o microfone',
    hint: 'Encerrar o outro programa (`fuser -v /dev/snd/*` diz qual é); se não houver, adicionar o usuário ao grupo audio.',
  },
  'microphone-stalled': {
    title: 'O microfone não fornece som',
    hint: 'Ver se está sem som; senão, desconectar o microfone e conectá-lo de novo.',
  },
  'microphone-failed': {
    title: 'A gravação terminou inesperadamente',
    hint: 'Nada, se só acontece de vez em quando; senão, testar `arecord -d 3 /dev/null` à mão.',
  },
  'recorder-missing': {
    title: 'Falta o programa arecord',
    hint: 'apt-get install alsa-utils',
  },
  'microphone-format': {
    title: 'O microfone não grava como pedido',
    hint: 'Definir microphone.card, ou escrever `plughw:` em vez de `hw:` em microphone.device; depois, `dragoman devices --check`.',
  },

  'loudspeaker-missing': {
    title: 'Não há alto-falante',
    hint: 'Conectar o alto-falante; ver `dragoman devices`.',
  },
  'loudspeaker-busy': {
    title: 'Outro programa ou usuário ocupa o alto-falante',
    hint: 'Encerrar o outro programa (`fuser -v /dev/snd/*` diz qual é); se não houver, adicionar o usuário ao grupo audio.',
  },
  'loudspeaker-failed': {
    title: 'A reprodução terminou inesperadamente',
    hint: 'Nada, se só acontece de vez em quando; senão, testar `speaker-test` à mão.',
  },
  'player-missing': {
    title: 'O reprodutor não pode ser iniciado',
    hint: 'Reinstalar o pacote (no código-fonte: scripts/setup), ou escolher loudspeaker.driver = "aplay".',
  },

  'config-broken': {
    title: 'A configuração tem erros: vale a última correta',
    hint: '`dragoman config check` mostra cada erro com sua linha; depois, `dragoman restart`.',
  },
  'button-stuck': {
    title: 'Um botão continua pressionado ou seu sinal oscila',
    hint: 'Soltar o botão; se ninguém o pressiona, está preso, ou seu fio está em curto-circuito ou capta ruído da rede elétrica.',
  },
  'panel-missing': {
    title: 'Os botões e as luzes não podem ser usados',
    hint: 'Verificar as linhas em [panel], e se esta máquina tem GPIO que o serviço pode usar.',
  },
  internal: {
    title: 'Um erro do próprio aparelho',
    hint: 'Comunicar o erro, com as linhas do registro em torno dele.',
  },
  'under-voltage': {
    title: 'A fonte de alimentação é fraca demais',
    hint: 'Usar a fonte que veio com o computador, com seu próprio cabo curto.',
  },
  'disk-full': {
    title: 'O cartão de memória está cheio ou não aceita escrita',
    hint: 'Liberar espaço (`df -h`, `journalctl --vacuum-size=100M`); um cartão que ficou só para leitura está gasto: trocá-lo.',
  },
  'phrasebook-missing': {
    title: 'O livro de frases não pode funcionar: faltam pacotes',
    hint: 'apt-get install libpocketsphinx3 pocketsphinx-en-us libespeak-ng1 espeak-ng-data espeak-ng',
  },
  'phrasebook-failed': {
    title: 'O livro de frases não respondeu',
    hint: 'Nada, se só acontece de vez em quando; senão, testar `dragoman phrasebook check` à mão.',
  },
  'update-failed': {
    title: 'Uma atualização foi desfeita',
    hint: 'A versão anterior está em uso; `dragoman update status` diz o que houve com a nova.',
  },

  'too-hot': {
    title: 'O aparelho está quente demais',
    hint: 'Tirar do sol e não pôr nada em cima.',
  },

  'clock-jumped': {
    title: 'O relógio foi mudado em mais de um dia',
    hint: 'Verificar a data e o servidor de hora (`timedatectl`); mostrado por 24 horas.',
  },
  'key-missing': {
    title: 'Não há chave de API',
    hint: 'Guardar a chave: `sudo dragoman key set`.',
  },
  'key-refused': {
    title: 'O serviço não aceita a chave de API',
    hint: 'Criar uma chave nova no Google AI Studio, depois `sudo dragoman key set`.',
  },
  'permission-denied': {
    title: 'A chave de API não tem permissão para usar o serviço',
    hint: 'Ativar a Gemini API no projeto da chave, retirar as restrições da chave, verificar o faturamento e o país.',
  },
  quota: {
    title: 'A cota da chave de API está esgotada',
    hint: 'Esperar a cota ser renovada, ou aumentá-la no Google AI Studio.',
  },
  'model-gone': {
    title: 'O serviço não oferece um modelo configurado',
    hint: '`dragoman status` indica o modelo e a definição; o seguinte da lista é usado, se houver.',
  },
  'setup-rejected': {
    title: 'O serviço não aceita a configuração da sessão',
    hint: 'Verificar os ajustes em [live]; o motivo dado pelo serviço está no registro.',
  },
  'budget-spent': {
    title: 'O orçamento está esgotado',
    hint: 'Esperar pelo dia ou mês seguinte, ou aumentar [spending] daily_budget ou monthly_budget; `dragoman costs` diz em que foi gasto.',
  },
  'no-engine': {
    title: 'Nenhum motor configurado pode interpretar isto',
    hint: 'Acrescentar a interpreters.engines um que conheça as duas línguas; os motivos estão no registo.',
  },
  'credits-exhausted': {
    title: 'O crédito da conta está esgotado',
    hint: 'Comprar crédito para o projeto da chave, ou aumentar o seu limite mensal de gastos, no Google AI Studio.',
  },

  'proxy-failed': {
    title: 'O proxy não pode ser alcançado ou recusa a conexão',
    hint: 'Verificar service.proxy, ou HTTPS_PROXY do serviço dragoman: endereço, usuário, senha; o registro diz o que o proxy fez.',
  },
  'network-unreachable': {
    title: 'O serviço não pode ser alcançado',
    hint: 'Verificar o cabo de rede ou o Wi-Fi, e service.base_url se estiver definido.',
  },
  'name-not-resolved': {
    title: 'O nome do serviço não pode ser resolvido',
    hint: 'Verificar o servidor DNS desta rede, e service.base_url se estiver definido.',
  },
  'clock-wrong': {
    title: 'O relógio do aparelho está errado',
    hint: 'Verificar `timedatectl`: o relógio é acertado pela rede (NTP, porta 123), depois se tenta de novo.',
  },
  'tls-failed': {
    title: 'Não há conexão segura com o serviço',
    hint: 'Verificar se um firewall ou proxy da rede impede TLS, e service.base_url se estiver definido.',
  },
  'captive-portal': {
    title: 'Algo na rede responde no lugar do serviço',
    hint: 'Uma página de acesso (portal cativo): liberar o aparelho pelo endereço MAC. Uma rede que inspeciona TLS: pôr o certificado da sua autoridade (.crt) em /usr/local/share/ca-certificates, depois `sudo update-ca-certificates` e `sudo dragoman restart`.',
  },
  'upgrade-refused': {
    title: 'O serviço, ou algo antes dele, recusou a conexão',
    hint: 'Verificar service.base_url, service.api_version, e se um proxy da rede deixa passar WebSockets.',
  },
  'connect-timeout': {
    title: 'O serviço não respondeu à conexão a tempo',
    hint: 'Verificar a rede; um firewall ou portal cativo pode reter conexões.',
  },
  'network-slow': {
    title: 'A rede transmite o som devagar demais',
    hint: 'São necessários cerca de 350 kbit/s de upload; verificar o Wi-Fi.',
  },
  'connection-lost': {
    title: 'A conexão com o serviço foi perdida',
    hint: 'Nada, se só acontece de vez em quando; senão, verificar a rede.',
  },

  'service-error': {
    title: 'O serviço comunicou um erro próprio',
    hint: 'Nada, se só acontece de vez em quando; senão, consultar a página de status do serviço.',
  },
  'setup-timeout': {
    title: 'O serviço não preparou a sessão a tempo',
    hint: 'Nada, se só acontece de vez em quando; depende do serviço.',
  },
  'session-expired': {
    title: 'O serviço encerrou a sessão porque o tempo dela acabou',
    hint: 'Nada; a próxima sessão é aberta.',
  },
  'service-garbled': {
    title: 'O serviço enviou algo que não pode ser lido',
    hint: 'Se persistir, verificar se um proxy da rede altera o que passa por ele.',
  },
  'no-answer': {
    title: 'O serviço ouviu a fala e não respondeu',
    hint: 'Falar de novo; se persistir, consultar a página de status do serviço.',
  },
  'silent-answer': {
    title: 'O serviço respondeu sem som',
    hint: 'Falar de novo; se persistir, consultar a página de status do serviço.',
  },
  'answer-broken-off': {
    title: 'O serviço interrompeu a resposta',
    hint: 'Falar de novo; se persistir, consultar a página de status do serviço.',
  },
  'answer-endless': {
    title: 'A resposta do serviço não terminava',
    hint: 'Falar de novo; se persistir, consultar a página de status do serviço.',
  },
  'answer-wrong-language': {
    title: 'O serviço respondeu no idioma errado',
    hint: 'Falar de novo, com uma frase inteira; se persistir, verificar as definições em [languages].',
  },
};
