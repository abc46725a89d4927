import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import type { Context } from '../context.js';
import { UsageError } from '../failures.js';
import { visibleValue } from '../text/visible.js';

/** More than any binding, chain or token. */
const MAX_BYTES = 1_024 * 1_024;

/**
 * Reads a file, or standard input for `-`.
 *
 * @throws {UsageError} the file cannot be read, is too large, or nothing is on standard input
 */
export async function readInput(source: string, { stdin }: Pick<Context, 'stdin'>): Promise<string> {
  if (source !== '-') return readTextFile(source);
  if (stdin.isTTY === true)
    throw new UsageError(
      'There is nothing on standard input: pipe the text into the command, or name a file instead of "-".',
    );
  return readStream(stdin);
}

/** Reads no more than the limit of a file, which can be a device or a pipe without an end. */
async function readTextFile(path: string): Promise<string> {
  const shown = `"${visibleValue(path)}"`;
  try {
    return await readStream(createReadStream(path), shown);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const { code = 'unknown reason' } = error as NodeJS.ErrnoException;
    throw new UsageError(`Cannot read the file ${shown} (${code}): check the path.`);
  }
}

async function readStream(stream: Readable, source = 'Standard input'): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    const buffer = Buffer.from(chunk as Buffer);
    bytes += buffer.length;
    if (bytes > MAX_BYTES) break;
    chunks.push(buffer);
  }
  if (bytes > MAX_BYTES)
    throw new UsageError(`${source} is larger than 1 MiB: that is not a binding, a certificate or a token.`);
  return Buffer.concat(chunks).toString('utf8');
}
