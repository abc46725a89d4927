import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import manifest from '../../package.json' with { type: 'json' };
import { readSource } from '../binding/source.js';
import type { BindingOptions } from '../binding/source.js';
import type { Context } from '../context.js';
import { EXIT_CODES } from '../exit-codes.js';
import type { ExitCode } from '../exit-codes.js';
import { UsageError } from '../failures.js';
import { targetUrl } from '../target-url.js';
import { readUserToken } from '../token/user-token.js';
import { visibleValue } from '../text/visible.js';
import type { CheckId } from './check.js';
import { lenientSettings } from './environment-checks.js';
import { Investigation } from './investigation.js';
import type { Role } from './investigation.js';
import { runChecks } from './run-checks.js';
import { diagnosisOf, formatDiagnosis, formatJson } from './report.js';
import type { Diagnosis } from './report.js';

const CLEAR_LINE = '\r\u{1b}[K';

/** Options as commander gives them. */
export interface DoctorCommandOptions extends BindingOptions {
  readonly role?: Role;
  readonly resource?: readonly string[];
  readonly appTid?: string;
  readonly onBehalfOf?: string;
  readonly target?: string;
  readonly offline?: boolean;
  readonly strict?: boolean;
  readonly json?: boolean;
  readonly report?: string;
}

/** `ias doctor`: finds out what keeps an app from fetching, sending or validating tokens. */
export async function doctor(options: DoctorCommandOptions, context: Context): Promise<ExitCode> {
  const target = options.target === undefined ? undefined : targetUrl(options.target);
  const userToken = await readUserToken(options, context);
  const report = options.report === undefined ? undefined : await createReport(options.report);
  try {
    const { target: _, ...others } = options;
    const diagnosis = await diagnose(
      { ...others, ...(target && { target }), ...(userToken && { userToken }) },
      context,
    );
    await report?.writeFile(reportText(diagnosis, context));
    const colour = context.stdout.isTTY === true && !context.environment['NO_COLOR'];
    context.stdout.write(options.json === true ? formatJson(diagnosis) : formatDiagnosis(diagnosis, colour));
    return exitCodeOf(diagnosis, options.strict === true);
  } finally {
    await report?.close();
  }
}

type Prepared = Omit<DoctorCommandOptions, 'target'> & { readonly target?: URL; readonly userToken?: string };

async function diagnose(options: Prepared, context: Context): Promise<Diagnosis> {
  const { from, service, role, resource, appTid, userToken, target, offline } = options;
  const [source, sourceError] = await readSource(options, context).then(
    (read) => [read, undefined] as const,
    (error: unknown) => {
      if (error instanceof UsageError) throw error;
      return [undefined, error] as const;
    },
  );
  const known = { from, service, role, resource, appTid, userToken, target, offline };
  const given = Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
  const investigation = new Investigation(given, context, lenientSettings(context.environment));
  investigation.source = source;
  investigation.sourceError = sourceError;
  if (userToken !== undefined) investigation.secrets.add(userToken);
  const checks = await runChecks(investigation, (id) => narrate(id, context));
  return diagnosisOf(checks, investigation.secrets);
}

/** Shows progress to a person, because a time-out takes seconds. */
function narrate(id: CheckId, { stderr }: Context): void {
  if (stderr.isTTY === true) stderr.write(`${CLEAR_LINE}${id === 'target' ? '' : `checking ${id} …`}`);
}

/** Never replaces a file and never follows a link. */
async function createReport(path: string): Promise<FileHandle> {
  return open(path, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(
      `Cannot create the report ${visibleValue(path)} (${error.code ?? 'unknown reason'}): choose a path that does not exist yet.`,
    );
  });
}

function reportText(diagnosis: Diagnosis, { now }: Context): string {
  const { version, arch, platform } = process;
  const head = `ias ${manifest.version}, Node.js ${version}, ${platform} ${arch}, ${new Date(now()).toISOString()}`;
  return `${head}\n\n${formatDiagnosis(diagnosis, false)}`;
}

function exitCodeOf({ ok, checks }: Diagnosis, strict: boolean): ExitCode {
  if (!ok) return EXIT_CODES.broken;
  return strict && checks.some(({ status }) => status === 'warning') ? EXIT_CODES.warnings : EXIT_CODES.done;
}
