import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const PAGE = 'docs/explanation/threat-model.md';

const threats = readFileSync(PAGE, 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| (?:threat|---)/.test(line))
  .map((line) => line.split('|').slice(1, -1));

it('the threat model names a test that exists for each threat', () => {
  expect(threats.length).toBeGreaterThan(15);
  for (const [threat, , tests = ''] of threats) {
    const files = Array.from(tests.matchAll(/`([^`]+)`/g), ([, file = '']) => file);
    expect({ threat, named: files.length > 0, missing: files.filter((file) => !existsSync(file)) }).toEqual({
      threat,
      named: true,
      missing: [],
    });
  }
});

it('the threat model has all of STRIDE', () => {
  const text = threats.map(([threat]) => threat).join('\n');
  for (const kind of ['Spoofing', 'Tampering', 'Repudiation', 'Information disclosure', 'Denial of service'])
    expect(text).toContain(`**${kind}**`);
  expect(text).toContain('**Elevation of privilege**');
});
