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
    label,
    value,
    text: text ?? value.toLocaleString('en-GB'),
    colour: highlighted ? '#1d4ed8' : '#94a3b8',
  }));
  const font = 'system-ui, sans-serif';
  const view = new View(
    parse({
      width: 420,
      height: bars.length * 30,
      padding: 14,
      background: 'white',
      autosize: { type: 'pad' },
      title: { text: title, anchor: 'start', font, fontSize: 14 },
      data: [{ name: 'bars', values }],
      scales: [
        { name: 'x', type: 'linear', domain: { data: 'bars', field: 'value' }, zero: true, range: 'width' },
        { name: 'y', type: 'band', domain: { data: 'bars', field: 'label' }, range: 'height', padding: 0.25 },
      ],
      axes: [
        { orient: 'bottom', scale: 'x', title: axis, tickCount: 5, labelFont: font, titleFont: font },
        {
          orient: 'left',
          scale: 'y',
          labelFont: font,
          labelFontSize: 12,
          labelLimit: 0,
          domain: false,
          ticks: false,
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
              fontSize: { value: 12 },
            },
          },
        },
      ],
    }),
    { renderer: 'none' },
  );
  return `${await view.toSVG()}\n`;
}
