import { expect, it } from 'vitest';
import {
  brokenCitations,
  brokenLinks,
  type Files,
  STANDARDS,
  unlistedStandards,
  unpublishedCitations,
} from './citation-check.js';

const guide = '# Guide\n\n## The `url` + path\n\n<a id="pem"></a>\n\nText <a id="inline"></a>more.\n';
const inGuide = (link: string): Files =>
  new Map([
    ['docs/guide.md', guide],
    ['docs/images/page.png', ''],
    ['README.md', link],
  ]);

it.each([
  '[file](docs/guide.md)',
  '[folder](docs)',
  '[folder](docs/)',
  '![image](docs/images/page.png)',
  '[heading](docs/guide.md#the-url--path)',
  '[block](docs/guide.md#pem)',
  '[inline](docs/guide.md#inline)',
  '# Here\n\n[same file](#here)',
  '[elsewhere](https://example.com/missing.md)',
  '`[code](missing.md)`',
])('accepts %s', (link) => {
  expect(brokenLinks(inGuide(link))).toEqual([]);
});

it.each([
  ['[file](docs/missing.md)', 'docs/missing.md'],
  ['![image](docs/images/missing.png)', 'docs/images/missing.png'],
  ['[text][1]\n\n[1]: docs/missing.md', 'docs/missing.md'],
  ['[anchor](docs/guide.md#missing)', 'docs/guide.md#missing'],
  ['[same file](#missing)', '#missing'],
  ['[outside](../guide.md)', '../guide.md'],
  ['| a |\n| --- |\n| [in a table](docs/missing.md) |', 'docs/missing.md'],
])('finds %j', (link, broken) => {
  expect(brokenLinks(inGuide(link))).toEqual([`README.md: ${broken}`]);
});

const withSource = (comment: string): Files =>
  new Map([
    ['docs/guide.md', guide],
    ['docs/decisions/0007-probes.md', '# 0007'],
    [STANDARDS, '[RFC 8705](https://example.com)'],
    ['libs/a.ts', comment],
  ]);
it.each(['guide.md', 'guide.md#pem', 'decisions/0007', 'decisions/0007-probes.md', 'guide.md.'])(
  'accepts a citation of %s',
  (target) => {
    expect(brokenCitations(withSource(`/** See docs/${target} */`))).toEqual([]);
  },
);

it.each(['missing.md', 'guide.md#missing', 'decisions/0008'])('finds a citation of %s', (target) => {
  expect(brokenCitations(withSource(`// (docs/${target})`))).toEqual([`libs/a.ts: docs/${target}`]);
});

it('finds an RFC that is not listed, also across lines', () => {
  const files = withSource('/**\n * RFC 8705 §3, RFC\n * 9999\n */');
  expect(unlistedStandards(files)).toEqual(['libs/a.ts: RFC 9999']);
});

it('finds a document that is not in the repository', () => {
  const name = 'facts.md';
  expect(unpublishedCitations(withSource(`// (${name} §2)`))).toEqual([`libs/a.ts: ${name}`]);
  expect(unpublishedCitations(withSource(`// (docs/reference/ias-${name}#pem)`))).toEqual([]);
});
