import { fromMarkdown } from 'mdast-util-from-markdown';
import { visit } from 'unist-util-visit';

/** A block of shell commands in a Markdown file. */
export interface CommandBlock {
  readonly text: string;
  /** The second word behind the fence; `undefined` if there is none. */
  readonly mark: string | undefined;
  readonly line: number;
  /** What the commands print, if the page shows it (a block `text output` behind the commands); `…` is any text. */
  readonly output?: string;
}

const SHELLS = new Set(['bash', 'console', 'powershell', 'sh', 'shell', 'zsh']);

/** The blocks of shell commands of a Markdown file. */
export function commandBlocks(markdown: string): CommandBlock[] {
  const blocks: CommandBlock[] = [];
  let previous: CommandBlock | undefined;
  visit(fromMarkdown(markdown), 'code', ({ lang, meta, value, position }) => {
    if (lang === 'text' && meta === 'output' && previous !== undefined) {
      blocks[blocks.length - 1] = { ...previous, output: value };
      previous = undefined;
    } else if (lang != null && SHELLS.has(lang)) {
      previous = { text: value, mark: meta ?? undefined, line: position?.start.line ?? 0 };
      blocks.push(previous);
    }
  });
  return blocks;
}

/** Whether a program printed what a page shows; `…` is any text. */
export function isSeenOutput(shown: string, printed: string): boolean {
  const pattern = shown
    .split('…')
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('[^]*?');
  return new RegExp(`^${pattern}$`).test(printed.trimEnd());
}
