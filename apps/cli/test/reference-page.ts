import type { Argument, Command, Option } from 'commander';
import { EXIT_CODES } from '../src/exit-codes.js';

const MEANINGS: Readonly<Record<keyof typeof EXIT_CODES, string>> = {
  done: 'done',
  warnings: 'warnings, with `--strict`',
  broken: 'something is broken, or was refused',
  usage: 'wrong usage: unknown command, option, code or file',
};

const INTRODUCTION = `# The command \`ias\`

<!-- This page is written from the definitions of the commands: npx vitest run apps/cli/test/reference.spec.ts -u -->

\`ias\` finds out what is wrong with a service binding, a certificate or an access token of SAP Cloud Identity Services.
For examples, see [how to find out what is wrong](../how-to/find-out-what-is-wrong.md).

## How to run it

| where                                        | how                                                                    |
| -------------------------------------------- | ---------------------------------------------------------------------- |
| in this repository                           | \`npm run -s ias -- <command>\`                                          |
| elsewhere, from the packed package           | \`npm run build:packages && npm pack ./dist/packages/cli\`, then \`npm install\` the archive; the command is \`ias\` |
| where the problem is, without installing it  | \`npm run build:cli\` writes one file: \`node dist/cli/ias.mjs <command>\` |

The single file contains code of SAP, so do not publish it. Run it as a task of the app (\`cf run-task\` with
\`-m 256M\`), as a Kubernetes Job, or in an ephemeral container. Do not run it inside the container of a running app: a
second Node.js process can exceed the container's memory, and the platform then kills the app.

## The binding

Every command reads the binding as the apps do: from \`VCAP_SERVICES\`, \`VCAP_SERVICES_FILE_PATH\`,
\`SERVICE_BINDING_ROOT\`, \`/etc/secrets/sapcp\`, and in development from \`default-env.json\`. \`--from\` reads a file
instead, or standard input (\`-\`):

- a service key, or its \`credentials\`;
- \`VCAP_SERVICES\`, or a \`default-env.json\`;
- the output of \`cf env\`, \`cf service-key\`, or \`cf curl\` for an app's environment or a credential binding;
- the output of \`kubectl get secret -o json\`. With \`kubectl get secret,servicebinding -o json\`, the command also knows
  how the credentials rotate.

\`--service\` selects an instance by its name if the source contains several. The other variables (\`IAS_CA_FILE\`,
\`IAS_PRIVATE_KEY_FILE\`, …) work as in [the apps](configuration.md).

## What it never does

It prints no private key, no client secret and no access token, except the token that you ask \`ias token\` for. It passes no
secret to another program as an argument. It escapes control characters and bidirectional characters of bindings,
certificates and servers, and quotes values in the commands that it suggests. It sends tokens to \`https\` or loopback only,
and never along a redirect.

## Exit codes

| code | meaning |
| ---- | ------- |
${Object.entries(EXIT_CODES)
  .map(([name, code]) => `| ${code} | ${MEANINGS[name as keyof typeof EXIT_CODES]} |`)
  .join('\n')}
`;

/** The reference page of the commands, as Markdown that is not formatted yet. */
export function referencePage(program: Command): string {
  return [INTRODUCTION, '## Commands', ...program.commands.map(section)].join('\n\n');
}

function section(command: Command): string {
  const operands = command.registeredArguments.map(operand);
  const usage = [
    'ias',
    command.name(),
    ...operands.map(({ syntax }) => syntax),
    ...(command.options.length > 0 ? ['[options]'] : []),
  ];
  const rows = [
    ...operands.map(({ syntax, description }) => row(syntax, description)),
    ...command.options.map((option) => row(option.flags, descriptionOf(option))),
  ];
  return [
    `### \`ias ${command.name()}\``,
    `${command.description()}.`,
    `\`\`\`sh illustrative\n${usage.join(' ')}\n\`\`\``,
    ...(rows.length > 0 ? [`| argument or option | meaning |\n| --- | --- |\n${rows.join('\n')}`] : []),
    ...examplesOf(command),
  ].join('\n\n');
}

function operand(argument: Argument): { syntax: string; description: string } {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
  return { syntax: argument.required ? `<${name}>` : `[${name}]`, description: argument.description };
}

const row = (syntax: string, description: string) =>
  `| \`${syntax.replaceAll('|', String.raw`\|`)}\` | ${description.replaceAll('|', String.raw`\|`)} |`;

function descriptionOf({ description, argChoices }: Option): string {
  return argChoices === undefined ? description : `${description} (${argChoices.join(', ')})`;
}

/** The examples of the help text, which commander gives only as part of the help. */
function examplesOf(command: Command): string[] {
  let text = '';
  command.configureOutput({ writeOut: (written) => (text += written) }).outputHelp();
  const examples = text.split('\nExamples:\n')[1];
  return examples === undefined
    ? []
    : [`\`\`\`sh check\n${examples.replaceAll(/^ {2}/gm, '').trim()}\n\`\`\``];
}
