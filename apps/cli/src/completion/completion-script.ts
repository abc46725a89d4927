import type { Command } from 'commander';

/** Writes the completion of commands, options and their choices for a shell, from the definitions of the commands. */
export function completionScript(program: Command, shell: 'bash' | 'zsh'): string {
  const names = program.commands.map((command) => command.name()).filter((name) => name !== 'help');
  const options = program.commands.map(
    (command) => `    ${command.name()}) words="${optionsOf(command).join(' ')}" ;;`,
  );
  const choices = program.commands.flatMap(({ options }) =>
    options.flatMap(({ long, argChoices }) =>
      argChoices ? [`    ${long ?? ''}) words="${argChoices.join(' ')}" ;;`] : [],
    ),
  );
  // zsh runs completions for bash after these two commands.
  const head =
    shell === 'zsh'
      ? 'autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n'
      : '';
  return `${head}_ias() {
  local words="" current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  case "$previous" in
${[...new Set(choices)].join('\n')}
  esac
  if [ -z "$words" ] && [ "$COMP_CWORD" -eq 1 ]; then words="${names.join(' ')} --help --version"; fi
  if [ -z "$words" ]; then case "\${COMP_WORDS[1]}" in
${options.join('\n')}
  esac; fi
  case "$current" in
    -* | "") COMPREPLY=($(compgen -W "$words" -- "$current")) ;;
    *) COMPREPLY=($(compgen -W "$words" -- "$current") $(compgen -f -- "$current")) ;;
  esac
}
complete -o filenames -F _ias ias
`;
}

function optionsOf({ options, registeredArguments }: Command): string[] {
  const choices = registeredArguments.flatMap(({ argChoices }) => argChoices ?? []);
  return [...choices, ...options.flatMap(({ long }) => long ?? []), '--help'];
}
