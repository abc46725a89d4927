import { describe, expect, it } from 'vitest';
import { html } from './html.js';
import { renderOnChange } from './render-on-change.js';

describe('renderOnChange', () => {
  it('renders equal values once', () => {
    let renders = 0;
    const render = renderOnChange((text: string, count: number) => {
      renders += 1;
      return html`<p>${text} ${count}</p>`;
    });
    expect(String(render('a', 1))).toBe('<p>a 1</p>');
    expect(render('a', 1)).toBe(render('a', 1));
    expect(renders).toBe(1);
  });

  it('renders again when a value, or the number of values, changes', () => {
    const render = renderOnChange((...texts: string[]) => html`${texts.join()}`);
    const pages = [['a', 'b'], ['a', 'c'], ['a'], ['a', 'c'], []].map((texts) => String(render(...texts)));
    expect(pages).toEqual(['a,b', 'a,c', 'a', 'a,c', '']);
  });
});
