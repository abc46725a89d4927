import { PAGE_HEADERS } from '@nest-ias/runtime';
import type { FastifyReply } from 'fastify';
import project from '../../../../project.json' with { type: 'json' };
import { contentSecurityPolicy } from './content-security-policy.js';
import { html, trustedHtml } from './html.js';
import type { Html } from './html.js';
import { HOMEPAGE_STYLE } from './homepage-style.js';
import { PAGE_SCRIPT } from './page-script.js';

const STYLE_AND_SCRIPT = trustedHtml(
  `<style>${HOMEPAGE_STYLE}</style><script type="module">${PAGE_SCRIPT}</script>`,
);

/** @param hasForms whether the page has forms, which its security policy must allow */
export function sendPage(reply: FastifyReply, page: Html, { hasForms = false } = {}): string {
  void reply
    .type('text/html; charset=utf-8')
    .headers(PAGE_HEADERS)
    .header('content-security-policy', contentSecurityPolicy(hasForms));
  return page.toString();
}

export function renderPage(title: string, body: Html): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
        ${STYLE_AND_SCRIPT}
      </head>
      <body>
        <main>${body}</main>
      </body>
    </html> `;
}

/** The address of a page of the documentation, such as `reference/guard.md`. */
export function documentation(page: string): string {
  return `${project.documentation}/${page}`;
}
