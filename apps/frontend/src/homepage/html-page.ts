import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { HOMEPAGE_STYLE } from './homepage-style.js';

/** Lets the browser use the page's own style sheet and nothing else. */
const STYLE_HASH = createHash('sha256').update(HOMEPAGE_STYLE).digest('base64');
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${STYLE_HASH}'`,
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join(';');

export function sendPage(reply: FastifyReply, html: string): string {
  void reply.type('text/html; charset=utf-8').header('content-security-policy', CONTENT_SECURITY_POLICY);
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
