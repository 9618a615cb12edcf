import type { CommandWords, OptionWord } from './words.ts';

const names = (words: readonly { readonly name: string }[]): string =>
  words.map(({ name }) => name).join(' ');

/** A script for bash: the words of the command so far choose what can follow. */
export const bashScript = (commands: readonly CommandWords[]): string => `# Completion of lockstep for bash.
_lockstep() {
  local current="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" path="" word i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    case "\${path:+$path }$word" in
${commands
  .filter(({ path }) => path !== '')
  .map(({ path }) => `      '${path}') path="${path}" ;;`)
  .join('\n')}
    esac
  done
  case "$path $before" in
${commands.flatMap((command) => command.options.flatMap((option) => valueCase(command, option))).join('\n')}
  esac
  case "$path" in
${commands
  .map(
    ({ path, subcommands, options }) =>
      `    '${path}') COMPREPLY=($(compgen -W '${[names(subcommands), names(options)].join(' ').trim()}' -- "$current")) ;;`,
  )
  .join('\n')}
  esac
}
complete -F _lockstep lockstep
`;

function valueCase({ path }: CommandWords, { name, value }: OptionWord): string[] {
  if (value === undefined) return [];
  const found =
    value === 'file' || value === 'folder'
      ? `COMPREPLY=($(compgen -${value === 'file' ? 'f' : 'd'} -- "$current"))`
      : value === 'free'
        ? 'COMPREPLY=()'
        : `COMPREPLY=($(compgen -W '${value.join(' ')}' -- "$current"))`;
  return [`    '${path} ${name}') ${found}; return ;;`];
}
