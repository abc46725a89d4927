import { readFileSync } from 'node:fs';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { toString } from 'mdast-util-to-string';

/**
 * @typedef {object} Command
 * @property {string} text
 * @property {string} mark
 * @property {string} [output] what the page shows that the commands print
 *
 * @typedef {object} Section
 * @property {string} heading
 * @property {Map<string, string>} files content of each file that the reader writes, by its path
 * @property {Command[]} commands
 * @property {string[]} other blocks of code that are neither files nor commands nor output
 */

/**
 * Returns the sections of a tutorial. A paragraph that ends with "Write `path`:" names the file of the next block.
 *
 * @param {string} path
 * @returns {Section[]}
 */
export function sectionsOf(path) {
  /** @type {Section[]} */
  const sections = [];
  /** @type {string | undefined} */
  let file;
  for (const node of fromMarkdown(readFileSync(path, 'utf8')).children) {
    if (node.type === 'heading' && node.depth === 2)
      sections.push({ heading: toString(node), files: new Map(), commands: [], other: [] });
    if (node.type === 'paragraph') file = /Write (\S+):$/.exec(toString(node))?.[1];
    const section = sections.at(-1);
    if (node.type !== 'code' || section === undefined) continue;
    const { lang, meta, value } = node;
    const last = section.commands.at(-1);
    if (file !== undefined) section.files.set(file, `${value}\n`);
    else if (lang === 'sh') section.commands.push({ text: value, mark: meta ?? '' });
    else if (lang === 'text' && meta === 'output' && last !== undefined) last.output = value;
    else section.other.push(value);
    file = undefined;
  }
  return sections;
}
