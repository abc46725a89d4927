import { htmlEscape } from 'escape-goat';
import { renderPage } from './html-page.js';

/** Says as HTML what failed and what to do. */
export function renderFailure(status: number, title: string, message: string, code: string): string {
  return renderPage(
    title,
    htmlEscape`<h1>${title}</h1>
<div class="verdict bad">${String(status)} · ${code}<p>${message}</p></div>
<p><a href="/homepage">Try again</a></p>`,
  );
}
