import type { DrillReport } from './drill-report.js';
import { rotationTable, theftTable } from './drill-report.js';

export const ROTATION_PAGE = 'docs/how-to/rotate-certificates.md';
export const THEFT_PAGE = 'docs/how-to/stolen-certificate-or-token.md';

/** What the drill writes into the documentation, by the page and the name of the section. */
export function drillSections({
  rotations,
  theft,
}: DrillReport): Readonly<Record<string, Record<string, string>>> {
  return {
    [ROTATION_PAGE]: { rotation: rotationTable(rotations) },
    [THEFT_PAGE]: {
      theft: `Legitimate callers sent ${theft.requests} requests; ${theft.lost.length} were lost.\n\n${theftTable(theft)}`,
    },
  };
}
