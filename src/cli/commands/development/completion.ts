import { Argument, type Option } from 'commander';
import { type Definition, DragomanCommand } from '../../command.ts';

export const command: Definition = {
  about:
    'print a completion script for bash or zsh: commands, options and fixed values. The Debian package installs both',
  arguments: [new Argument('<shell>', 'the shell that reads it').choices(['bash', 'zsh'])],
  examples: {
    'source <(dragoman completion bash)': 'complete in this shell',
    'dragoman completion zsh >~/.zfunc/_dragoman': 'complete in zsh, with ~/.zfunc in $fpath',
  },
  async run(io, _: object, shell: string, { parent: program }: DragomanCommand) {
    if (program instanceof DragomanCommand) io.print(shell === 'zsh' ? zsh(program) : bash(program));
  },
};

/** A command, by the words that call it: " config check". */
interface Node {
  readonly path: string;
  readonly command: DragomanCommand;
}

function nodesOf(command: DragomanCommand, path = ''): readonly Node[] {
  return [{ path, command }, ...command.below().flatMap((one) => nodesOf(one, `${path} ${one.name()}`))];
}

/** The pattern of a `case` that matches every command. */
const anyOf = (nodes: readonly Node[]) =>
  nodes
    .slice(1)
    .map(({ path }) => `'${path}'`)
    .join(' | ');

const optionsOf = (command: DragomanCommand): readonly Option[] =>
  command.createHelp().visibleOptions(command);

const takesValue = ({ required, optional }: Option) => required || optional;

/** What a value names, by its placeholder. */
function placeOf(placeholder: string): 'file' | 'folder' | undefined {
  if (/folder/.test(placeholder)) return 'folder';
  return /file|wav|package/.test(placeholder) ? 'file' : undefined;
}

function bash(program: DragomanCommand): string {
  const nodes = nodesOf(program);
  const values = (choices: readonly string[] | undefined, placeholder: string) => {
    const place = placeOf(placeholder);
    return `words='${(choices ?? []).join(' ')}'${place === undefined ? '' : ` place=${place}`}`;
  };
  const afterOption = nodes.flatMap(({ path, command }) =>
    optionsOf(command)
      .filter(takesValue)
      .map(({ long, flags, argChoices }) => `    '${path} ${long}') ${values(argChoices, flags)} ;;`),
  );
  const words = nodes.map(({ path, command }) => {
    const [argument] = command.registeredArguments;
    const all = [
      ...command.below().map((one) => one.name()),
      ...(argument?.argChoices ?? []),
      ...optionsOf(command).flatMap(({ long }) => long ?? []),
    ];
    return `        '${path}') ${values(all, argument?.name() ?? '')} ;;`;
  });
  return `# Completion of dragoman in bash, made by "dragoman completion bash".
_dragoman() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]} called= word words= place=
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD - 1}"; do
    case "$called $word" in
      ${anyOf(nodes)}) called+=" $word" ;;
    esac
  done
  case "$called $previous" in
${afterOption.join('\n')}
    *)
      case $called in
${words.join('\n')}
      esac
      ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
  case $place in
    file) mapfile -t -O "\${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$current") ;;
    folder) mapfile -t -O "\${#COMPREPLY[@]}" COMPREPLY < <(compgen -d -- "$current") ;;
    *) return ;;
  esac
  compopt -o filenames 2>/dev/null || true
}
complete -F _dragoman dragoman
`;
}

function zsh(program: DragomanCommand): string {
  const nodes = nodesOf(program);
  const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  const values = (choices: readonly string[] | undefined, placeholder: string) => {
    if (choices !== undefined) return `(${choices.join(' ')})`;
    const place = placeOf(placeholder);
    return place === undefined ? '' : place === 'file' ? '_files' : '_files -/';
  };
  const option = ({ long, flags, description, argChoices, ...one }: Option) => {
    const about = description.replaceAll(/[[\]\\:]/g, '\\$&');
    const value = one.required || one.optional ? `:${long?.slice(2)}:${values(argChoices, flags)}` : '';
    return quoted(`${long}${value === '' ? '' : '='}[${about}]${value}`);
  };
  const cases = nodes.map(({ path, command }) => {
    const below = command
      .below()
      .map((one) => quoted(`${one.name()}:${one.summary().replaceAll(':', '\\:')}`));
    const specs = [
      ...optionsOf(command).map(option),
      ...command.registeredArguments.map((one, i) =>
        quoted(`${i + 1}:${one.name()}:${values(one.argChoices, one.name())}`),
      ),
    ];
    return [
      `    ('${path}')`,
      ...(below.length === 0
        ? []
        : [
            `      commands=(\n        ${below.join('\n        ')}\n      )`,
            '      _describe command commands',
          ]),
      `      _arguments \\\n        ${specs.join(' \\\n        ')}`,
      '      ;;',
    ].join('\n');
  });
  return `#compdef dragoman
# Completion of dragoman in zsh, made by "dragoman completion zsh".
_dragoman() {
  local called= depth=1
  local -a commands
  while (( depth + 1 < CURRENT )); do
    case "$called \${words[depth + 1]}" in
      (${anyOf(nodes)}) called+=" \${words[depth + 1]}" ;;
      (*) break ;;
    esac
    (( depth += 1 ))
  done
  shift $(( depth - 1 )) words
  (( CURRENT -= depth - 1 ))
  case $called in
${cases.join('\n')}
  esac
}
if [[ \${funcstack[1]} == _dragoman ]]; then _dragoman "$@"; else compdef _dragoman dragoman; fi
`;
}
