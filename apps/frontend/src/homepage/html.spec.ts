import { describe, expect, it } from 'vitest';
import { html, NOTHING, trustedHtml } from './html.js';

describe('html', () => {
  it('escapes text, in content and attributes', () => {
    expect(String(html`<a href="${'"><script>'}">${"<b>&'"}</a>`)).toBe(
      '<a href="&quot;&gt;&lt;script&gt;">&lt;b&gt;&amp;&#39;</a>',
    );
  });

  it('keeps HTML, alone and in lists, and numbers', () => {
    const items = ['<', '>'].map((text) => html`<b>${text}</b>`);
    expect(String(html`<p>${items}</p>`)).toBe('<p><b>&lt;</b>\n<b>&gt;</b></p>');
    expect(String(html`${NOTHING}${trustedHtml('<br>')}${7}`)).toBe('<br>7');
  });

  it('makes visible what hides or reorders characters', () => {
    expect(String(html`${'a\u202Eb\u0000c\u200Bd\u2028e\uD800f'}`)).toBe(
      'a\\u{202e}b\\u{0}c\\u{200b}d\\u{2028}e\\u{d800}f',
    );
    expect(String(html`${'Grüße, 🔑 …'}`)).toBe('Grüße, 🔑 …');
  });

  it('removes the indentation of templates, but changes no value', () => {
    // prettier-ignore
    const page = html`<p>
      ${'  two\n  lines'}
    </p>`;
    expect(String(page)).toBe('<p>\n  two\n  lines\n</p>');
  });
});
