import { statSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import project from '../../project.json' with { type: 'json' };

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DOCS = join(ROOT, 'docs');

/**
 * Translates a link of a Markdown file for the site. A page stays a relative link, a folder leads to its index, and what
 * the site does not contain leads to the repository.
 *
 * @param target as written, for example `../../deploy/kyma`
 * @param page path of the Markdown file
 */
export function siteLink(target: string, page: string): string {
  if (/^(?:[a-z][a-z\d+.-]*:|\/|#)/i.test(target)) return target;
  const [path = '', anchor] = target.split('#');
  const file = join(dirname(page), decodeURI(path));
  const suffix = anchor === undefined ? '' : `#${anchor}`;
  const isInside = !relative(DOCS, file).startsWith('..');
  if (isInside && path.endsWith('.md')) return `${path.replace(/(^|\/)README\.md$/, '$1index.md')}${suffix}`;
  const isFolder = statSync(file).isDirectory();
  if (isInside && isFolder) return `${path.replace(/\/?$/, '/index.md')}${suffix}`;
  const kind = isFolder ? 'tree' : 'blob';
  return `${project.repository}/${kind}/main/${relative(ROOT, file).replaceAll(sep, '/')}${suffix}`;
}
