/**
 * Why no test runs a block of commands, by the word behind `check` or `illustrative`. A block without a word has the
 * first reason whose pattern it matches.
 */
const REASONS: Readonly<Record<string, { readonly reason: string; readonly commands?: RegExp }>> = {
  usage: { reason: 'it shows the syntax', commands: /^ias \S+ [<[]/m },
  btp: {
    reason: 'it needs SAP BTP',
    commands: /^\s*(?:cf|mbt) |\| *cf |https:\/\/[\w.-]*<|https:\/\/\$|\.hana\.ondemand\.com/m,
  },
  kyma: { reason: 'it needs a Kyma cluster', commands: /\bkubectl\b/ },
  docker: { reason: 'it needs Docker', commands: /\bdocker\b/ },
  download: {
    reason: 'it downloads packages',
    commands: /\b(?:npm (?:ci|install)|npx -y|go install|git clone)\b/,
  },
  language: { reason: 'it needs another language', commands: /^(?:python3?|go run|mvn|java|dotnet) /m },
  landscape: {
    reason: 'it needs a running landscape',
    commands: /\$ADMIN\b|^\S*ias-landscape\b|\.landscape\//m,
  },
  cli: {
    reason: 'the tests of ias run this command with other files',
    commands: /(?:^|[|(] *)(?:npm run -s )?ias /m,
  },
  slow: { reason: 'it takes minutes', commands: /\bnpm run (?:drill|mutation)\b/ },
  pack: { reason: 'another test builds and packs the packages', commands: /\bnpm pack\b/ },
  app: { reason: 'it needs your app', commands: /localhost:3000|^npm run (?:start|test:e2e)$/m },
  keys: { reason: 'it needs keys of yours' },
  files: { reason: 'it changes your files' },
  watch: { reason: 'it runs until you stop it' },
};

/** The reason why no test runs a block of commands; `undefined` if a test runs it, or if no reason is known. */
export function reasonNotRun(marks: string, commands: string): string | undefined {
  const [kind = '', word] = marks.split(' ');
  if (kind !== 'check' && kind !== 'illustrative') return undefined;
  if (word !== undefined) return Object.hasOwn(REASONS, word) ? REASONS[word]?.reason : undefined;
  return Object.values(REASONS).find((entry) => entry.commands?.test(commands))?.reason;
}

/**
 * What a reader sees below a block of code that no test runs.
 *
 * @param info what follows the fence: a language, then marks, for example `sh check slow`
 */
export function blockLabel(info: string, content: string): string | undefined {
  const [, marks = ''] = /^\S+ (.*)$/.exec(info.trim()) ?? [];
  if (marks === 'example') return 'An example, not the output of a test.';
  const reason = reasonNotRun(marks, content);
  if (reason === undefined) return undefined;
  return marks.startsWith('check') ? `Syntax checked, but not run: ${reason}.` : `Not run: ${reason}.`;
}
