/** The landscape cannot start; the message is a one-line reason for the user. */
export class StartError extends Error {}

/** Ports of the landscape, each set by a variable. */
interface LandscapePorts {
  readonly iasPort: number;
  readonly routerPort: number;
}

/** Explains why the ports of the landscape could not be opened, and what to do. */
export function explainStartFailure(error: unknown, settings: LandscapePorts): StartError {
  const { code, port, message } = error as NodeJS.ErrnoException & { port?: number };
  const remedy = `set ${variableOf(port, settings)} to another port`;
  if (code === 'EADDRINUSE') {
    return new StartError(`Port ${port} is already in use: stop the program that uses it, or ${remedy}.`);
  }
  if (code === 'EACCES') return new StartError(`This user is not allowed to use port ${port}: ${remedy}.`);
  return new StartError(`The landscape cannot start: ${message}`, { cause: error });
}

function variableOf(port: number | undefined, { iasPort, routerPort }: LandscapePorts): string {
  if (port === iasPort) return 'LANDSCAPE_IAS_PORT';
  return port === routerPort ? 'LANDSCAPE_ROUTER_PORT' : 'LANDSCAPE_ADMIN_PORT';
}
