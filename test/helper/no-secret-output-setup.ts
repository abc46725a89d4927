import { afterAll } from 'vitest';
import { SecretScanner } from './secret-scanner.js';

/** Fails every test file whose output contains a token, a key or a secret. */
const written: string[] = [];

for (const stream of [process.stdout, process.stderr]) {
  const write = stream.write.bind(stream) as (...parameters: unknown[]) => boolean;
  stream.write = (...parameters: unknown[]) => {
    written.push(String(parameters[0]));
    return write(...parameters);
  };
}

afterAll(() => {
  const scanner = new SecretScanner();
  const leak = written.find((text) => scanner.find(text).length > 0);
  if (leak !== undefined)
    throw new Error(`The tests of this file wrote ${scanner.find(leak).join(', ')}: ${leak}`);
});
