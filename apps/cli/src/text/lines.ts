import { visible } from './visible.js';

/** A line of a report: label, value and meaning. */
export type Line = readonly [label: string, value: string, note?: string];

/** A titled block of lines. */
export interface Section {
  readonly title: string;
  readonly lines: readonly Line[];
}

const MAX_LABEL = 22;

/** Writes sections as text, with labels in a column. Values can come from anywhere. */
export function formatSections(sections: readonly Section[]): string {
  return sections
    .map(({ title, lines }) => [visible(title), ...lines.map(formatLine), ''].join('\n'))
    .join('\n');
}

function formatLine([label, value, note]: Line): string {
  const head = `  ${visible(label).padEnd(MAX_LABEL)}  ${visible(value)}`;
  return note === undefined ? head : `${head}\n  ${' '.repeat(MAX_LABEL)}  ${note}`;
}
