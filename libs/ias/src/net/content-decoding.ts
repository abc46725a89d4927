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

/** Codes of zlib and Brotli for content that ends too early. */
const INCOMPLETE = /^(Z_BUF_ERROR|ERR__?BROTLI\w*)$/;

/** Value of `accept-encoding`. */
export const ACCEPTED_CODINGS = [...DECODERS.keys()].join(', ');

/**
 * Decodes a body of at most `limit` bytes.
 *
 * @throws {TransportError} an unknown coding, or too many bytes; or an error of zlib
 */
export async function decodeBody(bytes: Buffer, coding: string | undefined, limit: number): Promise<Buffer> {
  // without content, a response can have the coding that its content would have (RFC 9110 §9.3.2)
  const decoder = bytes.length === 0 ? undefined : decoderOf(coding);
  if (decoder === undefined) return bytes;
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
  const decompressor = decoder.createStream();
  const fail = (error?: NodeJS.ErrnoException | null) => {
    if (!error) return;
    // an empty body has no end of its coding either
    if (decompressor.bytesWritten === 0 && INCOMPLETE.test(error.code ?? '')) decoded.end();
    else decoded.destroy(toStreamError(error));
  };
  // the end of the coding can fail after the pipeline has ended
  const decoding = pipeline(body, decompressor.on('error', fail), fail);
  decoding.pipe(decoded).once('close', () => body.destroy());
  return decoded;
}

function decoderOf(
  coding: string | undefined,
): (typeof DECODERS extends Map<string, infer D> ? D : never) | undefined {
  const name = coding?.toLowerCase() ?? '';
  if (name === '' || name === 'identity') return undefined;
  const decoder = DECODERS.get(name);
  if (decoder === undefined) throw new TransportError('ERR_CONTENT_CODING', 'an unrequested content coding');
  return decoder;
}
