import { readFileSync } from 'node:fs';
import { BindingError, IasError, TokenRequestError } from 'nest-ias';
import project from '../../../project.json' with { type: 'json' };

const IN_REPOSITORY = 'find the cause with npm run -s ias -- doctor';
const ELSEWHERE = `find the cause with ias doctor, see ${project.documentation}/how-to/find-out-what-is-wrong.md`;

/**
 * The message of an error. If `ias doctor` can find the cause, it links to the page about the command
 * (docs/decisions/0031).
 */
export function messageWithDoctor(error: Error): string {
  return canDiagnose(error) ? withHint(error, hintElsewhere(error)) : error.message;
}

/**
 * The same for a message in the log or in a terminal: it also links to the documentation of the code.
 *
 * @param isInRepository whether a person reads the message where the app was started, and can run the command there
 */
export function messageWithLinks(error: Error, isInRepository: boolean): string {
  if (!canDiagnose(error)) return error.message;
  const doctor = isInRepository ? hintInRepository(error) : hintElsewhere(error);
  return withHint(error, doctor, `about the code: ${error.documentation}`);
}

/** Whether the scripts of this repository can be run in the current folder. */
export function isStartedInRepository(): boolean {
  try {
    const { name } = JSON.parse(readFileSync('package.json', 'utf8')) as { name?: unknown };
    return name === 'nest-ias-workspace';
  } catch {
    return false;
  }
}

function canDiagnose(error: Error): error is IasError {
  return error instanceof BindingError || error instanceof TokenRequestError;
}

function hintInRepository({ code }: IasError): string {
  return code === 'binding_missing'
    ? 'npm run landscape starts it, npm run -s ias -- doctor finds the cause'
    : IN_REPOSITORY;
}

/** Some messages already name the command and its page. */
function hintElsewhere({ message }: IasError): string | undefined {
  return message.includes('ias doctor') ? undefined : ELSEWHERE;
}

function withHint({ message }: Error, ...hints: readonly (string | undefined)[]): string {
  const hint = hints.filter((text) => text !== undefined).join('; ');
  return hint === '' ? message : `${message.replace(/\.$/, '')} (${hint}).`;
}
