import type { ServerResponse } from 'node:http';

const REFUSALS = {
  bad_host: { status: 400, text: '400 Bad Request: The Host header is missing or malformed.' },
  unknown_route: { status: 404, text: '404 Not Found: Requested route does not exist.' },
  endpoint_failure: {
    status: 502,
    text: '502 Bad Gateway: Registered endpoint failed to handle the request.',
  },
  endpoint_timeout: {
    status: 504,
    text: '504 Gateway Timeout: Registered endpoint did not answer in time.',
  },
} as const;

/** Answers instead of the app, with the reason in `X-Cf-RouterError` as gorouter does. */
export function refuse(response: ServerResponse, reason: keyof typeof REFUSALS): void {
  const { status, text } = REFUSALS[reason];
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
    'x-cf-routererror': reason,
  });
  response.end(`${text}\n`);
}
