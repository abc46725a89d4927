/** Whether npm runs the script `ias` of the repository of this command. */
export function isRunInRepository({ npm_lifecycle_event, npm_package_name }: NodeJS.ProcessEnv): boolean {
  return npm_lifecycle_event === 'ias' && npm_package_name === 'nest-ias-workspace';
}

/** How to call this command, for commands to copy. */
export function commandName(environment: NodeJS.ProcessEnv): string {
  return isRunInRepository(environment) ? 'npm run -s ias --' : 'ias';
}
