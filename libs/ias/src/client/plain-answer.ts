import { AxiosError } from 'axios';
import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import type { PlainRequest } from './plain-request.js';

/** Content codings that are asked for (RFC 9110 §8.4.1). */
const DECODERS = new Map([
  ['gzip', promisify(gunzip)],
  ['deflate', promisify(inflate)],
  ['br', promisify(brotliDecompress)],
]);
export const ACCEPTED_CODINGS = [...DECODERS.keys()].join(', ');

/** The body, decoded; never more of it than `maxContentLength` allows. */
export async function readBody(
  answer: IncomingMessage,
  { maxContentLength, responseType }: PlainRequest,
): Promise<Buffer | string> {
  const limit = maxContentLength === undefined || maxContentLength < 0 ? Infinity : maxContentLength;
  const bytes = await decode(answer.headers['content-encoding'], await collect(answer, limit), limit);
  if (responseType === 'arraybuffer') return bytes;
  const text = bytes.toString();
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

function collect(answer: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    answer.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size > limit) answer.destroy(tooLarge(limit));
    });
    answer.once('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    answer.once('error', reject);
  });
}

async function decode(coding: string | undefined, bytes: Buffer, limit: number): Promise<Buffer> {
  if (coding === undefined || coding === 'identity' || bytes.length === 0) return bytes;
  const decoder = DECODERS.get(coding.toLowerCase());
  if (!decoder) throw new AxiosError('a content coding that was not asked for', 'ERR_CONTENT_CODING');
  try {
    return await decoder(bytes, limit === Infinity ? {} : { maxOutputLength: limit });
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? tooLarge(limit) : error;
  }
}

function tooLarge(limit: number): AxiosError {
  return new AxiosError(`maxContentLength size of ${limit} exceeded`, AxiosError.ERR_BAD_RESPONSE);
}
