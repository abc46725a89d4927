import { table } from './format.mjs';

/**
 * What a benchmark found.
 *
 * @typedef {object} Findings
 * @property {string} text how it was measured
 * @property {readonly string[]} tables Markdown
 * @property {readonly { target: string, reached: string, met: boolean }[]} targets
 *
 * @typedef {Findings & { name: string, title: string }} Section
 */

/** @param {Section} section */
export function renderSection({ name, title, text, tables, targets }) {
  const verdicts = targets.map(
    ({ target, reached, met }) => `- ${met ? 'met' : '**missed**'}: ${target} — ${reached}`,
  );
  return [`## ${title}`, `\`npm run bench -- ${name}\``, text, ...tables, verdicts.join('\n')]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** @param {readonly Section[]} sections @param {readonly string[]} facts */
export function renderResults(sections, facts) {
  const targets = sections.flatMap(({ title, targets }) =>
    targets.map(({ target, reached, met }) => [title, target, reached, met ? 'yes' : '**no**']),
  );
  return [
    '# Results',
    'Written by `npm run bench`; how it is measured: [README.md](README.md).',
    facts.map((fact) => `- ${fact}`).join('\n'),
    '## Targets',
    table(['what', 'target', 'reached', 'met'], targets),
    ...sections.map(renderSection),
  ].join('\n\n');
}
