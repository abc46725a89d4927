/**
 * Keeps `@sap/xssec` from printing tokens: with `DEBUG=*` or `DEBUG=xssec*` it writes every token it sees, and the
 * response of every request, to standard error (facts.md §5). Its output is left out of `DEBUG`; that of others stays.
 *
 * Has to run before `@sap/xssec` is loaded, which reads the variable once.
 */
function silenceXssec(environment: NodeJS.ProcessEnv): void {
  const { DEBUG } = environment;
  if (DEBUG) environment['DEBUG'] = `${DEBUG},-xssec*,-xsenv*,-cf-services*`;
}

silenceXssec(process.env);
