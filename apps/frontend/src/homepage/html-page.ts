import { PAGE_HEADERS } from '@nest-ias/runtime';
import type { FastifyReply } from 'fastify';
import { CONTENT_SECURITY_POLICY } from './content-security-policy.js';
import { HOMEPAGE_STYLE } from './homepage-style.js';

export function sendPage(reply: FastifyReply, html: string): string {
  void reply
    .type('text/html; charset=utf-8')
    .headers(PAGE_HEADERS)
    .header('content-security-policy', CONTENT_SECURITY_POLICY);
  return html;
}

/** @param body HTML in which all values are escaped */
export function renderPage(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${HOMEPAGE_STYLE}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`;
}
