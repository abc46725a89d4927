import { Controller, Get, Header } from '@nestjs/common';

/** A lock in the colour of a proven call. */
const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect x="2.5" y="7" width="11" height="7.5" rx="1.5" fill="#30914c"/><path d="M5 7V4.5a3 3 0 0 1 6 0V7" fill="none" stroke="#30914c" stroke-width="1.6"/></svg>';

/** The icon of every page. Browsers ask for `favicon.ico` where a response names none, such as JSON. */
@Controller()
export class FaviconController {
  @Get(['favicon.svg', 'favicon.ico'])
  @Header('Content-Type', 'image/svg+xml')
  @Header('Cache-Control', 'public, max-age=86400')
  show(): string {
    return ICON;
  }
}
