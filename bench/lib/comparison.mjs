import { tableOf } from './results-tables.mjs';

/** Where the section is, from the root of the repository. */
export const COMPARISON_PAGE = 'docs/explanation/comparison.md';

const XSSEC = /^@sap\/xssec /;
const CLOUD_SDK = /^@sap-cloud-sdk/;
const XSSEC_ON_EXPRESS = /^Express 5, .*with its caches$/;
const JOSE = /^Fastify 5, jose/;

/**
 * The figures of the comparison with other libraries.
 *
 * @param {string} results content of RESULTS.md
 */
export function comparisonOf(results) {
  /** @param {string} benchmark @param {string} column @param {RegExp} row */
  const cell = (benchmark, column, row) => {
    const found = tableOf(results, benchmark).find(({ label }) => row.test(label));
    const text = found?.cells[column];
    if (text === undefined) throw new Error(`RESULTS.md has no "${column}" of ${row} for ${benchmark}.`);
    return text.replace(/ \(.*$/, '');
  };
  const nsPerCall = 'ns per call, median (minimum–maximum)';
  const perCpuSecond = 'requests per CPU second';
  const perForgery = 'requests to the tenant per forged token';
  const ours = /^nest-ias/;
  /** @param {RegExp} row */
  const cold = (row) =>
    `${cell('cold-callers', 'token requests', row)} and ${cell('cold-callers', 'TLS handshakes', row)}`;
  const [, cores] = /^- (\d+ cores)/m.exec(results) ?? [];
  const [, node] = /^- Node\.js ([\d.]+)/m.exec(results) ?? [];
  const [, commit] = /^- commit (\w+)/m.exec(results) ?? [];
  return [
    `Measured on ${cores} with Node.js ${node}, at commit ${commit}.`,
    markdownTable(
      ['', 'nest-ias', '@sap/xssec', 'Cloud SDK'],
      [
        [
          'a cached token, ns per call',
          ...[ours, XSSEC, CLOUD_SDK].map((row) => cell('cached-token', nsPerCall, row)),
        ],
        ['100 callers at once: token requests, handshakes', ...[ours, XSSEC, CLOUD_SDK].map(cold)],
        [
          'guarded requests per CPU second',
          cell('guarded-endpoint', perCpuSecond, ours),
          `${cell('guarded-endpoint', perCpuSecond, XSSEC_ON_EXPRESS)} with its caches, on Express`,
          '–',
        ],
        [
          'requests to the tenant per forged token',
          cell('forged-tokens', perForgery, ours),
          cell('forged-tokens', perForgery, XSSEC_ON_EXPRESS),
          '–',
        ],
      ],
    ),
    `The guarded requests differ in more than the library: \`nest-ias\` runs on Fastify and checks the proof of possession; xssec
runs on Express and does not check it. Fastify with \`jose\`, which never asks the tenant, handles
${cell('guarded-endpoint', perCpuSecond, JOSE)} guarded requests per CPU second. It rejects
${cell('forged-tokens', 'rejected per CPU second', JOSE)} forged tokens per CPU second, \`nest-ias\` ${cell('forged-tokens', 'rejected per CPU second', ours)}.`,
  ].join('\n\n');
}

/**
 * A table in Markdown.
 *
 * @param {readonly string[]} header
 * @param {readonly (readonly string[])[]} rows
 */
function markdownTable(header, rows) {
  /** @param {readonly string[]} cells */
  const line = (cells) => `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}
