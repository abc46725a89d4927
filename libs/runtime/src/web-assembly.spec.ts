import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInThisContext } from 'node:vm';
import { expect, it } from 'vitest';
import { leaveWebAssemblyUnoptimized } from './web-assembly.js';

/** `(func (export "loop") (param i32) (loop (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))` */
const LOOP = Buffer.from(
  '0061736d0100000001050160017f0003020100070801046c6f6f7000000a10010e000340200041016b22000d000b0b',
  'hex',
);

/** Far more than the work after which V8 optimizes a function. */
const ITERATIONS = 500_000_000;

it('does not optimize a hot function', async () => {
  setFlagsFromString('--allow-natives-syntax');
  const isOptimized = runInThisContext('(code) => %IsTurboFanFunction(code)') as (code: unknown) => boolean;
  leaveWebAssemblyUnoptimized();
  const { loop } = new WebAssembly.Instance(new WebAssembly.Module(LOOP)).exports;
  (loop as (times: number) => void)(ITERATIONS);
  await delay(200);
  (loop as (times: number) => void)(1);
  expect(isOptimized(loop)).toBe(false);
});
