import { Server } from './program.mjs';

/**
 * Starts each backend with a binding to the identity service.
 *
 * @param {import('./scenario.mjs').Scenario} scenario
 * @param {readonly import('./program.mjs').Program[]} programs
 */
export async function startBackends(scenario, programs) {
  const backends = [];
  for (const program of programs) {
    const server = await Server.start({ ...program, environment: await scenario.bind('NONE') });
    backends.push({ name: program.name, server });
  }
  return backends;
}

/** @param {Awaited<ReturnType<typeof startBackends>>} backends */
export async function stopBackends(backends) {
  for (const { server } of backends) await server.stop();
}
