import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  brokenCitations,
  brokenLinks,
  type Files,
  unlistedStandards,
  unpublishedCitations,
} from './helper/citation-check.js';

/** Cites what does not exist, to test the check. */
const EXAMPLES = 'test/helper/citation-check.spec.ts';

/** What is tracked, or new and not ignored. */
function repository(): Files {
  const list = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    encoding: 'utf8',
  });
  const paths = list.split('\0').filter((path) => existsSync(path) && path !== EXAMPLES);
  return new Map(paths.map((path) => [path, path.endsWith('.png') ? '' : readFileSync(path, 'utf8')]));
}

describe('this repository', () => {
  const files = repository();

  it('has no broken relative link or anchor in its documentation', () => {
    expect(brokenLinks(files)).toEqual([]);
  });

  it('has no citation of documentation that does not exist', () => {
    expect(brokenCitations(files)).toEqual([]);
  });

  it('lists every RFC that it cites', () => {
    expect(unlistedStandards(files)).toEqual([]);
  });

  it('cites nothing that is not in it', () => {
    expect(unpublishedCitations(files)).toEqual([]);
  });

  it('lists every decision record in the index', () => {
    const index = files.get('docs/decisions/README.md');
    const records = [...files.keys()].filter((path) => /^docs\/decisions\/\d{4}-/.test(path));
    expect(records.length).toBeGreaterThan(12);
    for (const path of records) expect(index).toContain(`(${basename(path)})`);
    const numbers = records.map((path) => basename(path).slice(0, 4));
    expect(new Set(numbers).size).toBe(numbers.length);
  });
});
