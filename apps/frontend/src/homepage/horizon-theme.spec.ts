import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { HORIZON_DARK, HORIZON_LIGHT, HORIZON_SHAPES } from './horizon-theme.js';

const require = createRequire(import.meta.url);

function tokensOf(theme: string): Map<string, string> {
  const file = `@sap-theming/theming-base-content/content/Base/baseLib/${theme}/css_variables.css`;
  const css = readFileSync(require.resolve(file), 'utf8');
  return new Map([...css.matchAll(/--(\w+): ([^;]+);/g)].map(([, name = '', value = '']) => [name, value]));
}

describe('the theme', () => {
  it.each([
    ['sap_horizon', { ...HORIZON_LIGHT, ...HORIZON_SHAPES }],
    ['sap_horizon_dark', { ...HORIZON_DARK, ...HORIZON_SHAPES }],
  ])('has the tokens of %s', (theme, ours) => {
    const theirs = tokensOf(theme);
    expect(ours).toEqual(Object.fromEntries(Object.keys(ours).map((name) => [name, theirs.get(name)])));
  });
});
