import { repairPem } from 'nest-ias/internal';
import { readInput } from '../binding/input.js';
import { isObject } from '../binding/service.js';
import { selectService } from '../binding/selected-binding.js';
import type { BindingOptions } from '../binding/source.js';
import type { Context } from '../context.js';
import { documentationUrl } from 'nest-ias/internal';
import { EXIT_CODES } from '../exit-codes.js';
import type { ExitCode } from '../exit-codes.js';
import { REJECTION_CAUSES } from '../explain/rejection-causes.js';
import { UsageError } from '../failures.js';
import { withCommandName } from '../repository.js';
import { thumbprintOf } from '../inspect/certificate-report.js';
import { readCertificate } from '../inspect/recognise.js';
import { formatSections } from '../text/lines.js';
import type { Line } from '../text/lines.js';
import { visibleValue } from '../text/visible.js';
import type { Verdict } from './guard-verdict.js';

export interface VerifyOptions extends BindingOptions {
  /** File with the certificate that the caller presents. */
  readonly certificate?: string;
}

/** `ias verify`: whether the guard of the app accepts a token, and with which code it rejects it. */
export async function verify(source: string, options: VerifyOptions, context: Context): Promise<ExitCode> {
  if (source === '-' && options.from === '-')
    throw new UsageError(
      'Standard input cannot contain both the binding and the token: save the binding to a file.',
    );
  const token = (await readInput(source, context)).trim().replace(/^bearer +/i, '');
  const { service } = await selectService(options, context);
  const { guardVerdict } = await import('./guard-verdict.js');
  const verdict = withProof(
    await guardVerdict(token, service.credentials),
    await thumbprint(options, context),
  );
  const isAccepted = 'claims' in verdict;
  const title = isAccepted ? 'The guard accepts the token' : `The guard rejects the token: ${verdict.code}`;
  context.stdout.write(
    withCommandName(
      formatSections([{ title, lines: isAccepted ? acceptedLines(verdict.claims) : rejectedLines(verdict) }]),
      context.environment,
    ),
  );
  return isAccepted ? EXIT_CODES.done : EXIT_CODES.broken;
}

async function thumbprint({ certificate }: VerifyOptions, context: Context): Promise<string | undefined> {
  if (certificate === undefined) return undefined;
  const leaf = repairPem(await readInput(certificate, context)).find(({ label }) => label === 'CERTIFICATE');
  const read = leaf && readCertificate(leaf.pem);
  if (read === undefined) throw new UsageError('The file of --certificate contains no certificate.');
  return thumbprintOf(read);
}

/** The guard compares the certificate for each request; here it is the one of `--certificate`. */
function withProof(verdict: Verdict, presented: string | undefined): Verdict {
  if (!('claims' in verdict) || presented === undefined) return verdict;
  const { cnf } = verdict.claims;
  if (!isObject(cnf) || cnf['x5t#S256'] === presented) return verdict;
  return {
    code: 'proof_mismatch',
    status: 401,
    detail: 'The access token is bound to another client certificate.',
    why: undefined,
  };
}

function acceptedLines(claims: Readonly<Record<string, unknown>>): Line[] {
  const shown = ['iss', 'ias_iss', 'aud', 'azp', 'sub', 'app_tid', 'ias_apis'].filter(
    (name) => claims[name] !== undefined,
  );
  const isBound = isObject(claims['cnf']);
  return [
    ...shown.map((name): Line => [name, visibleValue(claims[name])]),
    [
      'proof',
      isBound ? 'needed' : 'not needed, the token is not bound',
      'With each request, the guard also checks the client certificate and the permissions of the route.',
    ],
  ];
}

function rejectedLines({ code, status, detail, why }: Exclude<Verdict, { claims: unknown }>): Line[] {
  const { cause, remedy } = REJECTION_CAUSES[code];
  return [
    ['answer', `${status}: ${detail}`],
    ...(why === undefined ? [] : [['log', why] as const]),
    ['cause', cause],
    ['do', remedy],
    ['code', code],
    ['more', documentationUrl(code)],
  ];
}
