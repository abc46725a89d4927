import { posix } from 'node:path';
import Slugger from 'github-slugger';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { toString } from 'mdast-util-to-string';
import { visit } from 'unist-util-visit';

/** Files by their path from the root of the repository, with `/`; the content only where it is text to check. */
export type Files = ReadonlyMap<string, string>;

/** Where the standards that may be cited are listed. */
export const STANDARDS = 'docs/reference/standards.md';

/** Relative links, images and anchors in Markdown files that lead nowhere, as `file: target`. */
export function brokenLinks(files: Files): string[] {
  return textsOf(files, isMarkdown).flatMap(([path, text]) =>
    linksOf(text)
      .filter((url) => !/^(?:[a-z][a-z\d+.-]*:|\/\/)/i.test(url))
      .filter((url) => {
        const [file = '', anchor] = decodeURI(url).split('#');
        const target = file === '' ? path : posix.normalize(posix.join(posix.dirname(path), file));
        return !leadsSomewhere(files, target, anchor);
      })
      .map((url) => `${path}: ${url}`),
  );
}

/** Citations of `docs/…` in source files that lead nowhere; `docs/decisions/0009` stands for the record's file. */
export function brokenCitations(files: Files): string[] {
  return textsOf(files, isSource).flatMap(([path, text]) =>
    Array.from(text.matchAll(/(?<![\w./-])docs\/[\w./-]*\w(?:#([\w-]+))?/g))
      .filter(([citation, anchor]) => {
        const [target = ''] = citation.split('#');
        return !leadsSomewhere(files, recordOf(files, target), anchor);
      })
      .map(([citation]) => `${path}: ${citation}`),
  );
}

/** RFCs that a file cites and `docs/reference/standards.md` does not list. */
export function unlistedStandards(files: Files): string[] {
  const numbers = (text: string) => new Set(Array.from(text.matchAll(/\bRFC[\s*]+(\d+)/g), ([, n]) => n));
  const listed = numbers(files.get(STANDARDS) ?? '');
  return textsOf(files, (path) => isSource(path) || isMarkdown(path)).flatMap(([path, text]) =>
    [...numbers(text)].filter((number) => !listed.has(number)).map((number) => `${path}: RFC ${number}`),
  );
}

/** Citations of documents that are not in the repository. */
export function unpublishedCitations(files: Files): string[] {
  return textsOf(files, isSource).flatMap(([path, text]) =>
    Array.from(text.matchAll(/(?<![\w/-])(?:facts|design)\.md\b/g), ([name]) => `${path}: ${name}`),
  );
}

function textsOf(files: Files, isWanted: (path: string) => boolean): [string, string][] {
  return [...files].filter(([path]) => isWanted(path));
}

function isMarkdown(path: string): boolean {
  return path.endsWith('.md');
}

function isSource(path: string): boolean {
  return /\.(?:[cm]?[jt]s|java|ya?ml|mtaext|sh)$|(?:^|\/)Dockerfile$|^\.ci\//.test(path);
}

function leadsSomewhere(files: Files, target: string, anchor: string | undefined): boolean {
  if (anchor !== undefined) return anchorsOf(files.get(target) ?? '').has(anchor);
  const folder = target.endsWith('/') ? target : `${target}/`;
  return files.has(target) || [...files.keys()].some((path) => path.startsWith(folder));
}

function recordOf(files: Files, target: string): string {
  if (!/^docs\/decisions\/\d{4}$/.test(target)) return target;
  return [...files.keys()].find((path) => path.startsWith(`${target}-`)) ?? target;
}

function linksOf(markdown: string): string[] {
  const links: string[] = [];
  visit(fromMarkdown(markdown), (node) => {
    if (node.type === 'link' || node.type === 'image' || node.type === 'definition') links.push(node.url);
  });
  return links;
}

/** Of Markdown texts that were already read: one is cited many times. */
const knownAnchors = new Map<string, ReadonlySet<string>>();

/** Anchors as GitHub creates them: of headings, and `id` attributes. */
function anchorsOf(markdown: string): ReadonlySet<string> {
  const known = knownAnchors.get(markdown);
  if (known) return known;
  const anchors = new Set<string>();
  const slugger = new Slugger();
  visit(fromMarkdown(markdown), (node) => {
    if (node.type === 'heading') anchors.add(slugger.slug(toString(node)));
    if (node.type === 'html')
      for (const [, id] of node.value.matchAll(/\bid="([^"]+)"/g)) anchors.add(id ?? '');
  });
  knownAnchors.set(markdown, anchors);
  return anchors;
}
