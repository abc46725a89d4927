import { documentationUrl } from 'nest-ias/internal';
import type { Context } from '../context.js';
import { UsageError } from '../failures.js';
import { withCommandName } from '../repository.js';
import { formatSections } from '../text/lines.js';
import type { Line } from '../text/lines.js';
import { visibleValue } from '../text/visible.js';
import { explainedCodes, explanationOf } from './explanations.js';

/**
 * `ias explain`: what a stable code means, how to see why it appears, and what to do.
 *
 * @throws {UsageError} the code is unknown
 */
export function explain(
  code: string,
  { stdout, environment }: Pick<Context, 'stdout' | 'environment'>,
): void {
  const explanation = explanationOf(code);
  if (explanation === undefined) throw new UsageError(unknownCode(code));
  const { answer, cause, possibleCauses = [], evidence, remedy, kind, doctor, section = code } = explanation;
  const lines: Line[] = [
    ...(answer === undefined ? [] : [['answer', answer] as const]),
    ['cause', cause],
    ...possibleCauses.map(([possible, advice]): Line => ['possible cause', possible, `do: ${advice}`]),
    ...(kind === undefined ? [] : [['kind', kind] as const]),
    ['see', evidence],
    ['do', remedy],
    ...(doctor === undefined ? [] : [['next', ['ias', 'doctor', ...doctor].join(' ')] as const]),
    ['more', documentationUrl(section)],
  ];
  stdout.write(withCommandName(formatSections([{ title: code, lines }]), environment));
}

function unknownCode(code: string): string {
  const similar = explainedCodes().filter(
    (known) => known.includes(code) || code.includes(known.split('_')[0] ?? known),
  );
  const hint =
    similar.length > 0
      ? ` Similar codes: ${similar.slice(0, 5).join(', ')}.`
      : ' Codes look like client_rejected.';
  return `The code ${visibleValue(code, 60)} is unknown.${hint}`;
}
