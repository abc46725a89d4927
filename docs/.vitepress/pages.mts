import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { toString } from 'mdast-util-to-string';
import { visit } from 'unist-util-visit';

const DOCS = fileURLToPath(new URL('..', import.meta.url));

/** A page of a section, as the sidebar shows it. */
export interface Page {
  readonly title: string;
  /** Path from the root of the site, without extension. */
  readonly link: string;
}

/** The pages that the index of a folder links to, in its order. Their titles are their first headings. */
export function pagesOf(folder: string): Page[] {
  return linksOf(readFileSync(`${DOCS}${folder}/README.md`, 'utf8'))
    .filter((file) => /^[\w-]+\.md$/.test(file))
    .map((file) => ({
      title: titleOf(readFileSync(`${DOCS}${folder}/${file}`, 'utf8')),
      link: `/${folder}/${file.replace(/\.md$/, '')}`,
    }));
}

function linksOf(markdown: string): string[] {
  const links = new Set<string>();
  visit(fromMarkdown(markdown), 'link', ({ url }) => void links.add(url));
  return [...links];
}

function titleOf(markdown: string): string {
  const heading = fromMarkdown(markdown).children.find((node) => node.type === 'heading');
  return heading ? toString(heading) : '';
}
