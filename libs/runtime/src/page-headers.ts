import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import helmet from 'helmet';

/**
 * Security headers of a page, with names in lower case. Each page adds its own `content-security-policy`.
 *
 * They are always the same, so helmet runs only once.
 */
export const PAGE_HEADERS = computeHeaders(helmet({ contentSecurityPolicy: false }));

function computeHeaders(middleware: ReturnType<typeof helmet>): Readonly<Record<string, string>> {
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  middleware(response.req, response, (error) => {
    if (error) throw error;
  });
  return Object.fromEntries(
    response.getHeaderNames().map((name) => [name, String(response.getHeader(name))]),
  );
}
