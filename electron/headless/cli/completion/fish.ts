import type { CommandWords, OptionWord } from './words.ts';

/** A script for fish: a line for each word, with when it can stand there. */
export const fishScript = (commands: readonly CommandWords[]): string => `# Completion of lockstep for fish.
function __lockstep_path
    set -l path ''
    for word in (commandline -opc)[2..-1]
        switch (string trim -- "$path $word")
            case ${commands
              .filter(({ path }) => path !== '')
              .map(({ path }) => `'${path}'`)
              .join(' ')}
                set path (string trim -- "$path $word")
        end
    end
    test "$path" = "$argv[1]"
end
complete -c lockstep -f
${commands
  .flatMap((command) => {
    const when = `complete -c lockstep -n "__lockstep_path '${command.path}'"`;
    return [
      ...command.subcommands.map(({ name, text }) => `${when} -a ${name} -d '${text}'`),
      ...command.options.map(
        (option) => `${when} -l ${option.name.slice(2)}${valueOf(option)} -d '${option.text}'`,
      ),
    ];
  })
  .join('\n')}
`;

function valueOf({ value }: OptionWord): string {
  if (value === undefined) return '';
  if (value === 'file') return ' -r -F';
  if (value === 'folder') return " -x -a '(__fish_complete_directories)'";
  return value === 'free' ? ' -x' : ` -x -a '${value.join(' ')}'`;
}
