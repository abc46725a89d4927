import { relativeTime } from '@nest-ias/runtime/internal';
import type { AppDescription } from './app-description.js';
import type { CallDescription } from './call-description.js';
import { renderCertificateCard } from './certificate-card.js';
import { renderExplanation } from './explanation.js';
import { renderFlow } from './flow-picture.js';
import { html, NOTHING } from './html.js';
import type { Html } from './html.js';
import { documentation, renderPage } from './html-page.js';
import type { Homepage, HomepageVisit } from './homepage.service.js';
import { renderOnChange } from './render-on-change.js';
import { renderTokenCard, shorten } from './token-card.js';
import { renderVerdict } from './verdict.js';

/** Pages of the documentation that explain what this page shows. */
const PAGES = [
  ['reference/glossary.md', 'What do these terms mean?'],
  ['explanation/is-it-secure.md', 'Is it secure?'],
  ['explanation/cnf.md', 'What are cnf and x5t#S256?'],
  ['explanation/what-if-it-is-stolen.md', 'What if a hacker steals the token, or the key?'],
  ['explanation/the-router.md', 'What does the router do?'],
  ['explanation/what-if-it-fails.md', 'What if it fails?'],
  ['reference/guard.md', 'What the backend checks in each token'],
  ['how-to/stolen-certificate-or-token.md', 'What to do if a token or a key is stolen'],
  ['reference/ias-facts.md', 'What is known about tokens of IAS'],
] as const;

/** The same for every visit, so it is rendered once. */
const LINKS = html`${PAGES.map(([page, title]) => html`<li><a href="${documentation(page)}">${title}</a></li>`)}`;

const ALL_TERMS = html`<a href="${documentation('reference/glossary.md')}">All terms</a>`;

const JUMPS = html`<a href="#decoded">The token, decoded</a> <a href="#more">Read more</a>`;
const JUMPS_WITH_LAB = html`<a href="#lab">The lab: try to break it</a> ${JUMPS}`;

/** What the lab adds to the homepage. */
export interface HomepageLab {
  /** The outcome of an action that ended on this page, or nothing. */
  readonly outcome: Html;
  readonly forms: Html;
}

/** Renders the homepage. Every sentence follows from the values of this call. */
export function renderHomepage(
  visit: HomepageVisit,
  app: AppDescription,
  calls: readonly CallDescription[],
  lab?: HomepageLab,
): Html {
  const { homepage, token } = visit;
  const isProven = visit.state === 'proven';
  return renderPage(
    'nest-ias: app-to-app call over mutual TLS',
    html`<header>
        <h1>${isProven ? 'One app called another and proved its identity' : 'One app called another'}</h1>
        <nav aria-label="On this page">${lab === undefined ? JUMPS : JUMPS_WITH_LAB}</nav>
      </header>
      <p class="soft">${introduction(app)} ${ALL_TERMS}</p>
      ${lab?.outcome ?? NOTHING} ${renderVerdict(visit, app.credentialType)} ${renderFlow(calls)}
      <div class="columns facts">
        <section>${renderExplanation(visit, app)}</section>
        ${
          app.certificate === undefined
            ? NOTHING
            : html`<section>${renderCertificateCard(app.certificate, app.credentialType)}</section>`
        }
        <section>${renderClaims(homepage, token.expiresAt, app.now)}</section>
      </div>
      ${lab?.forms ?? NOTHING}
      <section id="decoded">${renderTokenCard(token)}</section>
      <section id="more">${renderFurther(app.address)}</section>`,
  );
}

const renderFurther = renderOnChange(
  (address: string) =>
    html`<h2>Read more</h2>
      <ul>
        <li>
          The same as JSON: <code data-copy="the command">curl -H 'Accept: application/json' ${address}</code>
        </li>
        ${LINKS}
      </ul>`,
);

function introduction({ credentialType, isLocalTenant, tenant }: AppDescription): string {
  const from = isLocalTenant
    ? `${tenant}, a local tenant that simulates SAP Cloud Identity Services (IAS),`
    : `SAP Cloud Identity Services (IAS) at ${tenant}`;
  const got = `This app got an access token, a pass for a limited time, from ${from}`;
  return credentialType === 'SECRET'
    ? `${got} with a client secret and called the backend with it.`
    : `${got} over mutual TLS and called the backend with it. Mutual TLS: both sides show a certificate and prove that they have its private key.`;
}

function renderClaims({ claims, token }: Homepage, expiresAt: number, now: number): Html {
  return renderClaimTable(
    claims.subject,
    claims.zone_uuid,
    claims.issuer,
    typeof claims.aud === 'string' ? claims.aud : claims.aud.join(', '),
    JSON.stringify(claims.cnf),
    token.source,
    token.expiresAt,
    relativeTime(expiresAt, now),
  );
}

type ClaimValue = string | null | undefined;

const renderClaimTable = renderOnChange(
  (
    subject: ClaimValue,
    zoneUuid: ClaimValue,
    issuer: ClaimValue,
    audience: ClaimValue,
    confirmation: ClaimValue,
    source: Homepage['token']['source'],
    expiresAt: string,
    expiry: string,
  ) =>
    html`<h2>The token, as the backend read it</h2>
      <div class="card">
        <table>
          <tr>
            <th scope="row">
              token<span class="why"
                >${source === 'cache' ? 'taken from the cache' : 'fetched for this page'}</span
              >
            </th>
            <td>expires ${expiry} (<time datetime="${expiresAt}" data-countdown>${expiresAt}</time>)</td>
          </tr>
          ${renderRow('subject', 'the caller: its client ID', subject)}
          ${renderRow('zone_uuid', 'tenant of the app (app_tid)', zoneUuid)}
          ${renderRow('issuer', 'the tenant that signed the token', issuer)}
          ${renderRow('aud', 'audience: the app that accepts the token', audience)}
          ${renderRow('cnf', 'the certificate that it is bound to', confirmation)}
        </table>
      </div>`,
);

function renderRow(name: string, why: string, value: ClaimValue): Html {
  return html`<tr>
    <th scope="row">${name}<span class="why">${why}</span></th>
    <td><code>${shorten(value ?? '(none)')}</code></td>
  </tr>`;
}
