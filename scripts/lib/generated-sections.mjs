import { format, resolveConfig } from 'prettier';

/**
 * Replaces what stands between `<!-- generated: name -->` and `<!-- end of name -->` in a Markdown page, and formats the
 * page.
 *
 * @param {string} file path of the page, for its formatting options
 * @param {string} page its content
 * @param {Readonly<Record<string, string>>} sections Markdown by the name of the section
 * @returns {Promise<string>}
 * @throws {Error} if the page has no place for a section
 */
export async function withSections(file, page, sections) {
  let text = page;
  for (const [name, content] of Object.entries(sections)) {
    const place = new RegExp(`(<!-- generated: ${name} -->\n).*?(\n<!-- end of ${name} -->)`, 's');
    if (!place.test(text)) throw new Error(`${file} has no place for the section "${name}".`);
    text = text.replace(place, (_, start, end) => `${start}\n${content.trim()}\n${end}`);
  }
  return format(text, { ...(await resolveConfig(file)), parser: 'markdown' });
}
