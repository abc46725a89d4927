import { readFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { Context } from '../context.js';
import { UsageError } from '../failures.js';
import { visibleValue } from '../text/visible.js';

/** More than any binding, chain or token. */
const MAX_CHARACTERS = 1_024 * 1_024;

/**
 * Reads a file, or standard input for `-`.
 *
 * @throws {UsageError} the file cannot be read, is too large, or nothing is on standard input
 */
export async function readInput(source: string, { stdin }: Pick<Context, 'stdin'>): Promise<string> {
  if (source !== '-') return readTextFile(source);
  if (stdin.isTTY === true)
    throw new UsageError(
      'Nothing is on standard input: pipe the text into the command, or name a file instead of "-".',
    );
  return readStream(stdin);
}

async function readTextFile(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(
      `Cannot read the file ${visibleValue(path)} (${error.code ?? 'unknown reason'}): check the path.`,
    );
  });
  return limited(text, visibleValue(path));
}

async function readStream(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    const buffer = Buffer.from(chunk as Buffer);
    bytes += buffer.length;
    if (bytes > MAX_CHARACTERS) break;
    chunks.push(buffer);
  }
  return limited(
    bytes > MAX_CHARACTERS ? undefined : Buffer.concat(chunks).toString('utf8'),
    'Standard input',
  );
}

function limited(text: string | undefined, source: string): string {
  if (text === undefined || text.length > MAX_CHARACTERS)
    throw new UsageError(`${source} is larger than 1 MiB: that is not a binding, a certificate or a token.`);
  return text;
}
