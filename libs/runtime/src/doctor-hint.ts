import { BindingError, IasError, TokenRequestError } from 'nest-ias';
import project from '../../../project.json' with { type: 'json' };

const IN_REPOSITORY = 'find the cause with npm run -s ias -- doctor';
const ELSEWHERE = `find the cause with ias doctor, see ${project.documentation}/how-to/find-out-what-is-wrong.md`;

/** The message of an error. If the command `ias doctor` can find the cause, it says where to read how (docs/decisions/0031). */
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

function canDiagnose(error: Error): error is IasError {
  return error instanceof BindingError || error instanceof TokenRequestError;
}

function hintInRepository({ code }: IasError): string {
  return code === 'binding_missing'
    ? `start the landscape with npm run landscape, or ${IN_REPOSITORY}`
    : IN_REPOSITORY;
}

/** Some messages name a page already. */
function hintElsewhere({ message }: IasError): string | undefined {
  return message.includes(project.documentation) ? undefined : ELSEWHERE;
}

function withHint({ message }: Error, ...hints: readonly (string | undefined)[]): string {
  const hint = hints.filter((text) => text !== undefined).join('; ');
  return hint === '' ? message : `${message.replace(/\.$/, '')} (${hint}).`;
}
