import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { repairPem } from './pem.js';

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
});

const manglings: Readonly<Record<string, (pem: string) => string>> = {
  unchanged: (pem) => pem,
  'line breaks escaped': (pem) => pem.replaceAll('\n', String.raw`\n`),
  'line breaks escaped as CRLF': (pem) => pem.replaceAll('\n', String.raw`\r\n`),
  'CRLF line breaks': (pem) => pem.replaceAll('\n', '\r\n'),
  'one line, markers included': (pem) => pem.replaceAll('\n', ''),
  'spaces instead of line breaks': (pem) => pem.replaceAll('\n', ' '),
  'body in one line': (pem) => pem.replaceAll(/(?<!-)\n(?!-)/g, ''),
  'surrounded by text': (pem) => `Bag Attributes\n${pem}\ntrailing`,
  'without the last line break': (pem) => pem.trimEnd(),
};

describe('repairPem', () => {
  it.each(Object.entries(manglings))('restores the block: %s', (_, mangle) => {
    expect(repairPem(mangle(privateKey))).toEqual([{ label: 'RSA PRIVATE KEY', pem: privateKey }]);
  });

  it('keeps the order of a chain', () => {
    const block = (label: string) => `-----BEGIN ${label}-----\nAAAA\n-----END ${label}-----\n`;
    const labels = repairPem(block('CERTIFICATE') + block('PRIVATE KEY')).map(({ label }) => label);
    expect(labels).toEqual(['CERTIFICATE', 'PRIVATE KEY']);
  });

  it.each([
    '',
    'no PEM',
    '-----BEGIN A-----\nAAAA\n-----END B-----',
    '-----BEGIN A-----\n?\n-----END A-----',
  ])('finds nothing in %j', (text) => {
    expect(repairPem(text)).toEqual([]);
  });

  it('repairs any base64 body with white space in it', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 400 }),
        fc.constantFrom('\n', '\r\n', ' ', '\t', String.raw`\n`),
        fc.integer({ min: 1, max: 100 }),
        (bytes, gap, width) => {
          const body = Buffer.from(bytes).toString('base64');
          const mangled = body.replaceAll(new RegExp(`.{1,${width}}`, 'g'), (line) => line + gap);
          const [block, ...others] = repairPem(`-----BEGIN X-----${gap}${mangled}-----END X-----`);
          expect(others).toEqual([]);
          expect(block?.pem.split('\n').slice(1, -2).join('')).toBe(body);
          expect(repairPem(block?.pem ?? '')).toEqual([block]);
        },
      ),
    );
  });
});
