import { Controller, Get, Header, HttpStatus, Inject, Redirect, Req, Res, UseFilters } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { IAS_CLOCK, IdentityBindings } from 'nest-ias';
import type { Clock } from 'nest-ias';
import { FRONTEND_SETTINGS } from '../frontend-settings.js';
import type { FrontendSettings } from '../frontend-settings.js';
import { LAB_SECTION } from '../lab/lab-forms.js';
import { LastOutcome } from '../lab/lab-outcome.js';
import { describeApp } from './app-description.js';
import { describeCalls } from './call-description.js';
import { prefersJson } from './content-negotiation.js';
import { FailureFilter } from './failure.filter.js';
import { sendPage } from './html-page.js';
import { renderHomepage } from './homepage-page.js';
import { HomepageService } from './homepage.service.js';
import type { Homepage } from './homepage.service.js';
import { TlsVersions } from './tls-versions.js';

@Controller()
@UseFilters(FailureFilter)
export class HomepageController {
  readonly #service: HomepageService;
  readonly #bindings: IdentityBindings;
  readonly #tlsVersions: TlsVersions;
  readonly #now: Clock;
  readonly #settings: FrontendSettings;
  readonly #lastOutcome: LastOutcome;

  constructor(
    service: HomepageService,
    bindings: IdentityBindings,
    tlsVersions: TlsVersions,
    @Inject(IAS_CLOCK) now: Clock,
    @Inject(FRONTEND_SETTINGS) settings: FrontendSettings,
    lastOutcome: LastOutcome,
  ) {
    this.#service = service;
    this.#bindings = bindings;
    this.#tlsVersions = tlsVersions;
    this.#now = now;
    this.#settings = settings;
    this.#lastOutcome = lastOutcome;
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
    const visit = await this.#service.visit();
    if (prefersJson(request)) return visit.homepage;
    const app = describeApp(this.#bindings.outbound, this.#now(), request.headers.host ?? '');
    const calls = describeCalls(visit, app, this.#settings.backendUrl, this.#tlsVersions);
    const hasForms = this.#settings.lab !== undefined;
    const lab = hasForms ? { outcome: this.#lastOutcome.take(), forms: LAB_SECTION } : undefined;
    const page = renderHomepage(visit, app, calls, lab);
    return sendPage(reply, page, { hasForms });
  }
}
