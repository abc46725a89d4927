import { describe, expect, it } from 'vitest';
import { compileHostPatterns } from './host-pattern.js';

describe('compileHostPatterns', () => {
  it.each([
    ['*.cert.*', 'app.cert.cfapps.eu10.hana.ondemand.com'],
    ['*.cert.*', 'APP.CERT.localhost:4430'],
    ['*.cert.*', 'a.b.cert.c'],
    ['backend.internal', 'backend.internal:8080'],
    ['*', 'anything'],
  ])('%s matches %s', (pattern, host) => {
    expect(compileHostPatterns([pattern])(host)).toBe(true);
  });

  it.each([
    ['*.cert.*', 'app.localhost'],
    ['*.cert.*', 'mycert.localhost'],
    ['*.cert.*', 'app.certs.localhost'],
    ['*.cert.*', '.cert.x'],
    ['*.cert.*', 'app.cert.'],
    ['*.cert.*', 'a@app.cert.x'],
    ['*.cert.*', 'http://app.cert.x'],
    ['*.cert.*', 'evil.example/app.cert.x'],
    ['*.cert.*', 'evil.example?.cert.x'],
    ['*.cert.*', 'app.cert.x:80:90'],
    ['*.cert.*', 'app.cert.x:'],
    ['*.cert.*', 'app.cert.x, other'],
    ['*.cert.*', 'app.\u0441ert.x'],
    ['*.cert.*', `${'a'.repeat(250)}.cert.localhost`],
    ['*.cert.*', ''],
    ['a.b', 'axb'],
    ['backend.internal', 'backend.internal.evil'],
  ])('%s does not match %j', (pattern, host) => {
    expect(compileHostPatterns([pattern])(host)).toBe(false);
  });

  it('matches nothing without a pattern', () => {
    expect(compileHostPatterns([])('app.cert.x')).toBe(false);
  });
});
