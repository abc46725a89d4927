/** Whether npm runs the script `ias` of the repository of this command. */
export function isRunInRepository({ npm_lifecycle_event, npm_package_name }: NodeJS.ProcessEnv): boolean {
  return npm_lifecycle_event === 'ias' && npm_package_name === 'nest-ias-workspace';
}
