import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { toString } from 'mdast-util-to-string';
import { visit } from 'unist-util-visit';

/** A block of shell commands in a Markdown file. */
export interface CommandBlock {
  readonly text: string;
  /** What follows the language behind the fence: `run`, `check` or `illustrative`, then a word for the reason. */
  readonly mark: string | undefined;
  readonly line: number;
  /** Of the section that contains the block. */
  readonly heading: string;
  /** What the commands print, if the page shows it (a block `text output` behind the commands); `…` is any text. */
  readonly output?: string;
}

const SHELLS = new Set(['bash', 'console', 'powershell', 'sh', 'shell', 'zsh']);

/** The blocks of shell commands of a Markdown file. */
export function commandBlocks(markdown: string): CommandBlock[] {
  const blocks: CommandBlock[] = [];
  let previous: CommandBlock | undefined;
  let heading = '';
  visit(fromMarkdown(markdown), (node) => {
    if (node.type === 'heading') heading = toString(node);
    if (node.type !== 'code') return;
    const { lang, meta, value, position } = node;
    if (lang === 'text' && meta === 'output' && previous !== undefined) {
      blocks[blocks.length - 1] = { ...previous, output: value };
      previous = undefined;
    } else if (lang != null && SHELLS.has(lang)) {
      previous = { text: value, mark: meta ?? undefined, line: position?.start.line ?? 0, heading };
      blocks.push(previous);
    }
  });
  return blocks;
}

/** The lines of blocks of output that neither a test compares nor the page calls an example. */
export function unexplainedOutputs(markdown: string): number[] {
  const lines: number[] = [];
  let commands: string | null | undefined;
  visit(fromMarkdown(markdown), (node) => {
    if (node.type === 'heading') commands = undefined;
    if (node.type !== 'code') return;
    const { lang, meta, position } = node;
    if (lang != null && SHELLS.has(lang)) {
      commands = meta;
      return;
    }
    const isOutput = lang === 'text' || (lang === 'json' && commands != null);
    const isExplained = meta === 'example' || meta === 'file' || (meta === 'output' && commands === 'run');
    if ((isOutput || meta === 'output') && !isExplained) lines.push(position?.start.line ?? 0);
    commands = undefined;
  });
  return lines;
}

/** The Markdown files of the repository whose commands are checked. */
export function pagesWithCommands(): string[] {
  const listed = execFileSync('git', ['ls-files', '*.md', ':!bench', ':!.github', ':!CHANGELOG.md'], {
    encoding: 'utf8',
  });
  return listed.trim().split('\n');
}

/** Those with commands that `tutorials.e2e-spec.ts` runs. */
export function pagesWithRuns(): string[] {
  return pagesWithCommands().filter((page) =>
    commandBlocks(readFileSync(page, 'utf8')).some(({ mark }) => mark === 'run'),
  );
}

/** Whether a program printed what a page shows; `…` is any text. */
export function isSeenOutput(shown: string, printed: string): boolean {
  const pattern = shown
    .split('…')
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('[^]*?');
  return new RegExp(`^${pattern}$`).test(printed.trimEnd());
}
