import { BindingError, TokenRequestError } from 'nest-ias';
import project from '../../../project.json' with { type: 'json' };

const IN_REPOSITORY = 'npm run -s ias -- doctor';
const DOCUMENTATION = `${project.documentation}/how-to/find-out-what-is-wrong.md`;

/**
 * The message of an error. If the command `ias doctor` can find the cause, it says how: with the command itself for
 * somebody who works in the repository, otherwise with a link (docs/decisions/0031).
 *
 * @param isInRepository whether a person reads the message where the app was started
 */
export function messageWithDoctor(error: Error, isInRepository: boolean): string {
  if (!(error instanceof BindingError || error instanceof TokenRequestError)) return error.message;
  if (!isInRepository && error.message.includes(project.documentation)) return error.message;
  const landscape = error.code === 'binding_missing' ? 'start the landscape with npm run landscape, or ' : '';
  const hint = isInRepository ? `${landscape}find the cause with ${IN_REPOSITORY}` : `see ${DOCUMENTATION}`;
  return `${error.message.replace(/\.$/, '')} (${hint}).`;
}
