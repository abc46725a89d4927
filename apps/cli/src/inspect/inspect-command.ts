import type { X509Certificate } from 'node:crypto';
import { repairPem } from 'nest-ias/internal';
import { readInput } from '../binding/input.js';
import { isObject } from '../binding/service.js';
import type { Services } from '../binding/service.js';
import { readSource } from '../binding/source.js';
import type { BindingOptions } from '../binding/source.js';
import type { Context } from '../context.js';
import { CommandError } from '../failures.js';
import { formatSections } from '../text/lines.js';
import type { Section } from '../text/lines.js';
import { bindingSections } from './binding-report.js';
import { certificateLines, pemSections } from './certificate-report.js';
import { readCertificate, recognise } from './recognise.js';
import { tokenSections } from './token-report.js';

export interface InspectOptions extends BindingOptions {
  /** File with the certificate that a token should belong to. */
  readonly certificate?: string;
}

/** `ias inspect`: explains a token, a certificate, a key, a forwarded certificate or a binding. */
export async function inspect(
  source: string | undefined,
  options: InspectOptions,
  context: Context,
): Promise<void> {
  context.stdout.write(formatSections(await sectionsOf(source, options, context)));
}

async function sectionsOf(
  source: string | undefined,
  options: InspectOptions,
  context: Context,
): Promise<Section[]> {
  const now = context.now();
  if (source === undefined) return bindingSections(await boundServices(options, context), now);
  const recognised = recognise(await readInput(source, context));
  switch (recognised?.kind) {
    case 'token':
      return tokenSections(recognised.token, await certificateFor(options, context), now);
    case 'pem':
      return pemSections(recognised.blocks, now);
    case 'binding':
      return bindingSections(selected(recognised.services, options), now);
    case 'forwarded certificate': {
      const { certificate, format } = recognised;
      return [
        {
          title: 'Forwarded client certificate',
          lines: [['format', format], ...certificateLines(certificate, now)],
        },
      ];
    }
    case undefined:
      throw new CommandError(
        'This is not a token, a certificate, a key, a binding, or a value of x-forwarded-client-cert: check that the text is complete.',
      );
  }
}

/** @throws {CommandError} there is no service, or none with the name */
async function boundServices(options: InspectOptions, context: Context): Promise<Services> {
  const source = await readSource(options, context);
  const services = selected(source, options);
  if (services.services.length > 0) return services;
  throw new CommandError(
    `No service is bound in ${source.where}: bind one, or name a service key, a certificate or a token to inspect.`,
    'binding_missing',
  );
}

function selected(source: Services, { service }: InspectOptions): Services {
  if (service === undefined) return source;
  return {
    ...source,
    services: source.services.filter(({ name }) => name === undefined || name === service),
  };
}

/** The certificate of `--certificate`, or of the binding in `--from`. */
async function certificateFor(
  options: InspectOptions,
  context: Context,
): Promise<X509Certificate | undefined> {
  const { certificate: file, from } = options;
  if (file !== undefined) {
    const certificate = leafOf(await readInput(file, context));
    if (certificate === undefined)
      throw new CommandError('The file of --certificate contains no certificate.');
    return certificate;
  }
  if (from === undefined) return undefined;
  const { services } = selected(await readSource(options, context), options);
  const credentials = services.find(({ label }) => label === 'identity')?.credentials;
  const pem = isObject(credentials) ? credentials['certificate'] : undefined;
  return typeof pem === 'string' ? leafOf(pem) : undefined;
}

function leafOf(text: string): X509Certificate | undefined {
  const recognised = recognise(text);
  if (recognised?.kind === 'forwarded certificate') return recognised.certificate;
  const leaf = repairPem(text).find(({ label }) => label === 'CERTIFICATE');
  return leaf && readCertificate(leaf.pem);
}
