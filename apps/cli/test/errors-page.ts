import { CODE_GROUPS } from '../src/explain/explanations.js';
import type { Explanation } from '../src/explain/explanations.js';

const BLOCK = /(<!-- codes: (\w+) -->\n).*?(<!-- end of codes -->)/gs;

/** Replaces the sections of the codes in docs/reference/errors.md; the rest of the page is written by hand. */
export function withCodeSections(page: string): string {
  return page.replaceAll(BLOCK, (_, start: string, group: string, end: string) => {
    const codes = Object.entries(CODE_GROUPS).find(([name]) => name === group)?.[1];
    if (codes === undefined) throw new Error(`There is no group "${group}" of codes.`);
    return [start, ...Array.from(codes, ([code, explanation]) => section(code, explanation)), end].join('\n');
  });
}

/** The groups for which the page has a place. */
export function groupsOf(page: string): string[] {
  return Array.from(page.matchAll(BLOCK), ([, , group = '']) => group);
}

function section(
  code: string,
  { answer, cause, possibleCauses = [], evidence, remedy, kind, doctor }: Explanation,
): string {
  const lines = [
    ...(answer === undefined ? [] : [`- **Answer**: ${markdown(answer)}`]),
    `- **Cause**: ${markdown(cause)}`,
    ...possibleCauses.map(([possible, advice]) => `  - ${markdown(possible)} ${markdown(advice)}`),
    ...(kind === undefined ? [] : [`- **Kind**: \`${kind}\``]),
    `- **See**: ${markdown(evidence)}`,
    `- **Do**: ${markdown(remedy)}`,
    ...(doctor === undefined ? [] : [`- **Next**: \`${['npm run -s ias -- doctor', ...doctor].join(' ')}\``]),
  ];
  return `### \`${code}\`\n\n${lines.join('\n')}\n`;
}

/** Words of code: calls, commands of \`ias\` and others, names with underscores, decorators, headers, values. */
const CODE =
  /\b[A-Z]\w+\.\w+\([^)]*\)|\bNODE_TLS_REJECT_UNAUTHORIZED=0|\bnpm run landscape\b|\bdate -u\b|\bcf (?:env APP|service-key INSTANCE KEY|create-service-key|app APP)\b|\bdefault-env\.json\b|\bias (?:doctor|explain|inspect|rotate|verify|curl|token)(?: (?:--?[a-z-]+|[A-Z]{3,}|\|))*(?: wc -c)?|@(?:sap\/\w+|\w+(?:\(\))?)|"Authorization: [^"]+"|\b[\w:]+=\S+[\w>]|\b\w+(?:_\w+)+(?:\.\w+)*|\b[a-z]+(?:[A-Z][a-z]+)+\b|\b(?:credential-type|x-forwarded-client-cert|Retry-After|content-length|transfer-encoding|sec-fetch-site|jwt-bearer)\b|\b(?:ias|circuit)\.[a-z_.]+[a-z]|\bcurl -v|\bcf (?:services|app|routes)\b|openssl s_client -connect HOST:443/g;

/** Text of a table as Markdown. */
function markdown(text: string): string {
  return text.replaceAll(CODE, '`$&`').replaceAll(/(?<!`[^`]*)<(?=[a-z])/g, String.raw`\<`);
}
