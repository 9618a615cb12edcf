import type { CommandWords, OptionWord } from './words.ts';

/** A script for zsh, which shows what each word is for. */
export const zshScript = (commands: readonly CommandWords[]): string => `#compdef lockstep
# Completion of lockstep for zsh.
_lockstep() {
  local path="" word
  local -i i
  for ((i = 2; i < CURRENT; i++)); do
    word="\${words[i]}"
    case "\${path:+$path }$word" in
${commands
  .filter(({ path }) => path !== '')
  .map(({ path }) => `      '${path}') path='${path}' ;;`)
  .join('\n')}
    esac
  done
  local before="\${words[CURRENT-1]}"
  case "$path $before" in
${commands.flatMap((command) => command.options.flatMap((option) => valueCase(command, option))).join('\n')}
  esac
  local -a found
  case "$path" in
${commands
  .map(
    ({ path, subcommands, options }) =>
      `    '${path}') found=(${[...subcommands, ...options].map(({ name, text }) => `'${name}:${text.replaceAll(':', '\\:')}'`).join(' ')}) ;;`,
  )
  .join('\n')}
  esac
  _describe 'lockstep' found
}
if [ "$funcstack[1]" = "_lockstep" ]; then _lockstep "$@"; else compdef _lockstep lockstep; fi
`;

function valueCase({ path }: CommandWords, { name, value }: OptionWord): string[] {
  if (value === undefined) return [];
  const found =
    value === 'file'
      ? '_files'
      : value === 'folder'
        ? '_files -/'
        : value === 'free'
          ? ':'
          : `compadd -- ${value.join(' ')}`;
  return [`    '${path} ${name}') ${found}; return ;;`];
}
