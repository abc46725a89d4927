import { setFlagsFromString } from 'node:v8';

/**
 * Keeps V8 from compiling WebAssembly a second time with its optimizing compiler.
 *
 * The HTTP parser of undici is one large function. Optimizing it briefly takes 26 MB, a fifth of the quota of an app,
 * and saves no measurable time (docs/how-to/memory.md).
 */
export function leaveWebAssemblyUnoptimized(): void {
  setFlagsFromString('--liftoff-only');
}
