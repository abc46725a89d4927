import type { ServerResponse } from 'node:http';

/** By the value of `X-Cf-RouterError`, which the router of Cloud Foundry uses, too. */
export const ROUTER_REFUSALS = {
  bad_host: {
    status: 400,
    text: '400 Bad Request: The Host header is missing or malformed.',
    remedy: 'Send one Host header with the host of the route.',
  },
  unknown_route: {
    status: 404,
    text: '404 Not Found: Requested route does not exist.',
    remedy:
      'Compare the host of the URL with the routes: cf routes, or GET /status of the admin endpoint of the landscape.',
  },
  endpoint_failure: {
    status: 502,
    text: '502 Bad Gateway: Registered endpoint failed to handle the request.',
    remedy: 'Check that the app runs and listens on PORT: cf app and cf logs, or the terminal of the app.',
  },
  endpoint_timeout: {
    status: 504,
    text: '504 Gateway Timeout: Registered endpoint did not answer in time.',
    remedy: 'Look in the log of the app for the reason.',
  },
} as const;

/** Answers instead of the app, with the reason in `X-Cf-RouterError` as gorouter does. */
export function refuse(response: ServerResponse, reason: keyof typeof ROUTER_REFUSALS): void {
  const { status, text } = ROUTER_REFUSALS[reason];
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
    'x-cf-routererror': reason,
  });
  response.end(`${text}\n`);
}
