import { request as send } from 'node:http';
import { codeOf } from './exit.mjs';

/**
 * Sends a request.
 *
 * @param {string} url
 * @param {import('node:http').RequestOptions & { readonly patience: number }} options `patience`: milliseconds without a byte
 * @returns {Promise<string>} `answered`, or the status or error instead
 */
export function ask(url, { patience, ...options }) {
  return new Promise((settle) => {
    const request = send(url, options, (response) => {
      response.resume();
      response.once('end', () =>
        settle(response.statusCode === 200 ? 'answered' : `status ${response.statusCode}`),
      );
      response.once('error', (error) => settle(String(codeOf(error))));
    });
    request.setTimeout(patience, () => request.destroy());
    request.once('error', (error) => settle(String(codeOf(error))));
    request.end();
  });
}
