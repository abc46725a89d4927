import { repairPem } from 'nest-ias/internal';
import { isObject } from '../binding/service.js';
import type { Service, Services } from '../binding/service.js';
import type { Line, Section } from '../text/lines.js';
import { visibleValue } from '../text/visible.js';
import { pemSections } from './certificate-report.js';

/** Properties that are never shown. */
const SECRETS: ReadonlySet<string> = new Set(['clientsecret', 'key', 'password', 'secret', 'private_key']);

const PROPERTIES: Readonly<Record<string, string>> = {
  clientid: 'The client id of the application: aud of tokens for it.',
  url: 'The tenant: it issues tokens at /oauth2/token.',
  domains: 'The domains of the tenants. url is under one of them.',
  domain: 'The first of domains.',
  'credential-type': 'How the app authenticates to the tenant.',
  app_tid: 'The tenant of the application.',
  zone_uuid: 'The old name of app_tid.',
  certificate_expires_at: 'Expiry of the certificate, as the service reports it.',
  authorization_endpoint: 'Where users log on.',
  end_session_endpoint: 'Where users log off.',
  'btp-tenant-api': 'An API for information about tenants.',
  certurl: 'Exists in bindings of XSUAA only.',
};

/** Explains the services of a binding, property by property. Secrets are named, not shown. */
export function bindingSections({ services }: Services, now: number): Section[] {
  return services.flatMap((service) => [serviceSection(service), ...certificateSections(service, now)]);
}

function serviceSection({ name, label, credentials }: Service): Section {
  const title = `Binding "${visibleValue(name ?? '(service key)')}", service ${visibleValue(label ?? 'unknown')}`;
  if (!isObject(credentials)) return { title, lines: [['credentials', 'none']] };
  return {
    title,
    lines: Object.entries(credentials).map(([property, value]) => propertyLine(property, value)),
  };
}

function propertyLine(property: string, value: unknown): Line {
  if (SECRETS.has(property)) return [property, value === '' ? '(empty)' : '(present, not shown)'];
  if (property === 'certificate') return [property, '(see below)'];
  const note = PROPERTIES[property];
  // An unknown property can contain anything, for example a key with another name.
  if (note === undefined) return [property, '(present, not shown)'];
  return [property, visibleValue(value), note];
}

function certificateSections({ credentials }: Service, now: number): Section[] {
  if (!isObject(credentials)) return [];
  const texts = [credentials['certificate'], credentials['key']].filter((value) => typeof value === 'string');
  return pemSections(texts.flatMap(repairPem), now);
}
