import { Controller, Get, Header, HttpStatus, Redirect, Req, Res, UseFilters } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { prefersJson } from './content-negotiation.js';
import { FailureFilter } from './failure.filter.js';
import { sendPage } from './html-page.js';
import { renderHomepage } from './homepage-page.js';
import { HomepageService } from './homepage.service.js';
import type { Homepage } from './homepage.service.js';

@Controller()
@UseFilters(FailureFilter)
export class HomepageController {
  readonly #service: HomepageService;

  constructor(service: HomepageService) {
    this.#service = service;
  }

  @Get()
  @Redirect('/homepage', HttpStatus.FOUND)
  redirect(): void {
    // The decorator responds.
  }

  @Get('homepage')
  @Header('Cache-Control', 'no-store')
  @Header('Vary', 'Accept')
  async show(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Homepage | string> {
    const homepage = await this.#service.getHomepage();
    return prefersJson(request) ? homepage : sendPage(reply, renderHomepage(homepage));
  }
}
