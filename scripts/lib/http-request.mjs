import { request as send } from 'node:http';
import { codeOf } from './failure.mjs';

/**
 * Sends a request and reads the response.
 *
 * @param {string} url
 * @param {import('node:http').RequestOptions & { readonly timeout: number }} options `timeout`: milliseconds without a byte
 * @returns {Promise<string>} `answered` if the status is 200, otherwise the status or the error
 */
export function ask(url, { timeout, ...options }) {
  return new Promise((settle) => {
    const request = send(url, options, (response) => {
      response.resume();
      response.once('end', () =>
        settle(response.statusCode === 200 ? 'answered' : `status ${response.statusCode}`),
      );
      response.once('error', (error) => settle(String(codeOf(error))));
    });
    request.setTimeout(timeout, () => request.destroy());
    request.once('error', (error) => settle(String(codeOf(error))));
    request.end();
  });
}
