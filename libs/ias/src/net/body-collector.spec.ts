import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { BodyCollector } from './body-collector.js';

const MEBIBYTE = 1_024 * 1_024;

describe('BodyCollector', () => {
  it.each<[string, number[]]>([
    ['no chunk', []],
    ['small chunks', Array.from({ length: 50_000 }, () => 1)],
    ['small and large chunks in turn', Array.from({ length: 200 }, (_, index) => (index % 2 ? 5_000 : 3))],
    ['chunks that do not fill a block', Array.from({ length: 100 }, () => 1_000)],
  ])('keeps the order of %s', (_, sizes) => {
    const collector = new BodyCollector();
    const chunks = sizes.map((size, index) => Buffer.alloc(size, index % 251));
    for (const chunk of chunks) collector.add(chunk);
    expect(collector.toBuffer().equals(Buffer.concat(chunks))).toBe(true);
    expect(collector.toBuffer().equals(Buffer.concat(chunks))).toBe(true);
  });

  it('does not copy a body of one chunk', () => {
    const collector = new BodyCollector();
    const chunk = Buffer.alloc(5_000);
    collector.add(chunk);
    expect(collector.toBuffer()).toBe(chunk);
  });

  it('keeps no object for each small chunk', () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const collector = new BodyCollector();
    const source = Buffer.alloc(MEBIBYTE);
    collectGarbage();
    const before = process.memoryUsage();
    for (let index = 0; index < MEBIBYTE; index++) collector.add(source.subarray(index, index + 1));
    collectGarbage();
    const after = process.memoryUsage();
    expect(after.heapUsed - before.heapUsed).toBeLessThan(2 * MEBIBYTE);
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(2 * MEBIBYTE);
    expect(collector.toBuffer()).toHaveLength(MEBIBYTE);
  });
});
