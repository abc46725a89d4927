import { parse, View } from 'vega';

/**
 * A horizontal bar.
 *
 * @typedef {object} Bar
 * @property {string} label
 * @property {number} value
 * @property {string} [text] shown behind the bar, instead of the value
 * @property {boolean} [highlighted]
 */

/** Sizes in pixels. The pictures stay readable in a column of 700 pixels. */
const SIZE = 16;
const SMALL = 14;
const ROW = 48;

const LONGEST_LINE = 34;
const BREAK = '|';

/**
 * Draws bars as SVG, on white ground, so that they can be read on light and dark pages.
 *
 * @param {string} title
 * @param {string} axis what the values are, with their unit
 * @param {readonly Bar[]} bars
 * @returns {Promise<string>}
 */
export async function drawBars(title, axis, bars) {
  const values = bars.map(({ label, value, text, highlighted }) => ({
    label: wrap(label),
    value,
    text: text ?? value.toLocaleString('en-GB'),
    colour: highlighted ? '#1d4ed8' : '#94a3b8',
  }));
  const font = 'system-ui, sans-serif';
  const view = new View(
    parse({
      width: 300,
      height: bars.length * ROW,
      padding: 14,
      background: 'white',
      autosize: { type: 'pad' },
      title: { text: title, anchor: 'start', font, fontSize: 18 },
      data: [{ name: 'bars', values }],
      scales: [
        { name: 'x', type: 'linear', domain: { data: 'bars', field: 'value' }, zero: true, range: 'width' },
        { name: 'y', type: 'band', domain: { data: 'bars', field: 'label' }, range: 'height', padding: 0.25 },
      ],
      axes: [
        {
          orient: 'bottom',
          scale: 'x',
          title: axis,
          tickCount: 5,
          labelFont: font,
          labelFontSize: SMALL,
          titleFont: font,
          titleFontSize: SMALL,
        },
        {
          orient: 'left',
          scale: 'y',
          labelFont: font,
          labelFontSize: SIZE,
          labelLimit: 0,
          encode: {
            labels: {
              update: {
                text: { signal: `split(datum.value, '${BREAK}')` },
                // centres two lines
                dy: { signal: `indexof(datum.value, '${BREAK}') < 0 ? 0 : -${SIZE / 2}` },
              },
            },
          },
        },
      ],
      marks: [
        {
          type: 'rect',
          from: { data: 'bars' },
          encode: {
            enter: {
              y: { scale: 'y', field: 'label' },
              height: { scale: 'y', band: 1 },
              x: { scale: 'x', value: 0 },
              x2: { scale: 'x', field: 'value' },
              fill: { field: 'colour' },
            },
          },
        },
        {
          type: 'text',
          from: { data: 'bars' },
          encode: {
            enter: {
              y: { scale: 'y', field: 'label', band: 0.5 },
              x: { scale: 'x', field: 'value', offset: 6 },
              baseline: { value: 'middle' },
              text: { field: 'text' },
              font: { value: font },
              fontSize: { value: SIZE },
            },
          },
        },
      ],
    }),
    { renderer: 'none' },
  );
  return `${await view.toSVG()}\n`;
}

/** Breaks a long label into two lines at the space nearest to its middle. */
function wrap(/** @type {string} */ label) {
  if (label.length <= LONGEST_LINE) return label;
  const middle = label.length / 2;
  const spaces = Array.from(label.matchAll(/ /g), ({ index }) => index);
  const [nearest] = spaces.toSorted((a, b) => Math.abs(a - middle) - Math.abs(b - middle));
  return nearest === undefined ? label : `${label.slice(0, nearest)}${BREAK}${label.slice(nearest + 1)}`;
}
