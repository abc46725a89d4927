import { median } from './statistics.mjs';

/** Formats a number with at least three significant digits: `12 345`, `1.23`. */
export function number(/** @type {number} */ value) {
  const fractionDigits =
    Math.abs(value) >= 100 || Number.isInteger(value) ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value
    .toLocaleString('en-US', { minimumFractionDigits: fractionDigits, maximumFractionDigits: fractionDigits })
    .replaceAll(',', ' ');
}

export function ratio(/** @type {number} */ value) {
  return `${number(value)} ×`;
}

/** Formats the median and, in brackets, the minimum and maximum of the rounds. */
export function spread(/** @type {readonly number[]} */ samples) {
  return `${number(median(samples))} (${number(Math.min(...samples))}–${number(Math.max(...samples))})`;
}

/**
 * Formats a Markdown table.
 *
 * @param {readonly string[]} head
 * @param {readonly (readonly string[])[]} rows
 */
export function table(head, rows) {
  const alignment = head.map((_, column) => (column === 0 ? '---' : '---:'));
  return [head, alignment, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
