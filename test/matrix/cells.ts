import type { Cell } from './generated-app.js';

const NPM = { packageManager: 'npm' } as const;

/** What most apps are today, and what new ones are. `npm test` runs these. */
const QUICK: readonly Cell[] = [
  { nest: 11, platform: 'express', ...NPM },
  { nest: 12, platform: 'express', ...NPM },
];

/** `npm run test:matrix` runs these as well. */
const OTHERS: readonly Cell[] = [
  { nest: 10, platform: 'express', ...NPM },
  { nest: 10, platform: 'fastify', ...NPM },
  { nest: 11, platform: 'fastify', ...NPM },
  { nest: 12, platform: 'fastify', ...NPM },
  { nest: 11, platform: 'express', packageManager: 'pnpm' },
  { nest: 11, platform: 'express', packageManager: 'yarn' },
];

const SCOPE = process.env['IAS_MATRIX'];

/** Whether `npm run test:matrix` runs the tests. */
export const IS_WHOLE_MATRIX = SCOPE === 'all' || SCOPE === 'what-can-run';

/** What npm, pnpm and yarn print if the registry cannot be reached or lacks a package. */
const UNAVAILABLE =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|E403|E404|ERR_PNPM_META_FETCH_FAIL|couldn't find package/i;

/** The apps to generate in this run, with their names. */
export function cellsToRun(): [name: string, cell: Cell][] {
  const cells = IS_WHOLE_MATRIX ? [...QUICK, ...OTHERS] : QUICK;
  return cells.map((cell) => [
    `Nest ${cell.nest} on ${cell.platform}, installed with ${cell.packageManager}`,
    cell,
  ]);
}

/**
 * Prepares a part of the matrix. With `--allow-missing`, what cannot be installed on this machine is skipped.
 *
 * @returns what was prepared, or the reason to skip the part
 * @throws {Error} it failed for another reason, or parts must not be missing
 */
export async function prepare<Part>(create: () => Promise<Part>): Promise<Part | string> {
  try {
    return await create();
  } catch (error) {
    const [reason] = UNAVAILABLE.exec(String(error)) ?? [];
    if (SCOPE !== 'what-can-run' || reason === undefined) throw error;
    return `The registry cannot be reached or lacks a package (${reason}).`;
  }
}
