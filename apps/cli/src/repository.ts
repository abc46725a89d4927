/** Whether npm runs the script `ias` of the repository of this command. */
export function isRunInRepository({ npm_lifecycle_event, npm_package_name }: NodeJS.ProcessEnv): boolean {
  return npm_lifecycle_event === 'ias' && npm_package_name === 'nest-ias-workspace';
}

/** Makes the commands in a text of this program ones to copy: in the repository, `ias` is a script of npm. */
export function withCommandName(text: string, environment: NodeJS.ProcessEnv): string {
  return text.replaceAll(COMMAND, `${commandName(environment)} $1`);
}

const COMMAND = /\bias (curl|doctor|explain|inspect|rotate|token|verify)\b/g;

/** How to call this command, for commands to copy. */
export function commandName(environment: NodeJS.ProcessEnv): string {
  return isRunInRepository(environment) ? 'npm run -s ias --' : 'ias';
}
