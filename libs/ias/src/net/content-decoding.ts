import { pipeline, Transform } from 'node:stream';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import {
  brotliDecompress,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  gunzip,
  inflate,
} from 'node:zlib';
import { responseTooLarge, TransportError } from './transport-failure.js';

/** Content codings that a client can decode (RFC 9110 §8.4.1). */
const DECODERS = new Map([
  ['gzip', { decode: promisify(gunzip), createStream: createGunzip }],
  ['deflate', { decode: promisify(inflate), createStream: createInflate }],
  ['br', { decode: promisify(brotliDecompress), createStream: createBrotliDecompress }],
]);

/** Value of `accept-encoding`. */
export const ACCEPTED_CODINGS = [...DECODERS.keys()].join(', ');

/**
 * Decodes a body of at most `limit` bytes.
 *
 * @throws {TransportError} an unknown coding, or too many bytes; or an error of zlib
 */
export async function decodeBody(bytes: Buffer, coding: string | undefined, limit: number): Promise<Buffer> {
  const decoder = decoderOf(coding);
  if (decoder === undefined || bytes.length === 0) return bytes;
  try {
    return await decoder.decode(bytes, { maxOutputLength: limit });
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? responseTooLarge(limit) : error;
  }
}

/**
 * Decodes a stream of at most `limit` bytes. Invalid content destroys the returned stream.
 *
 * @param toStreamError converts the errors of the returned stream; those of `body` are converted already
 * @throws {TransportError} an unknown coding
 */
export function decodeStream(
  body: Readable,
  coding: string | undefined,
  limit: number,
  toStreamError: (error: Error) => Error,
): Readable {
  const decoder = decoderOf(coding);
  if (decoder === undefined) return body;
  let size = 0;
  const decoded = new Transform({
    transform: (chunk: Buffer, _, callback) => {
      size += chunk.length;
      if (size > limit) callback(toStreamError(responseTooLarge(limit)));
      else callback(null, chunk);
    },
  });
  // the stream can fail before the caller has it
  decoded.on('error', () => undefined);
  const fail = (error?: Error | null) => error && decoded.destroy(toStreamError(error));
  // the end of the coding can fail after the pipeline has ended
  const decoding = pipeline(body, decoder.createStream().on('error', fail), fail);
  decoding.pipe(decoded).once('close', () => body.destroy());
  return decoded;
}

function decoderOf(
  coding: string | undefined,
): (typeof DECODERS extends Map<string, infer D> ? D : never) | undefined {
  if (coding === undefined || coding === 'identity') return undefined;
  const decoder = DECODERS.get(coding.toLowerCase());
  if (decoder === undefined) throw new TransportError('ERR_CONTENT_CODING', 'an unrequested content coding');
  return decoder;
}
