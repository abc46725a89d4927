import { Agent as HttpAgent } from 'node:http';
import { Agent } from 'node:https';
import type { AgentOptions } from 'node:https';
import { checkServerIdentity } from 'node:tls';
import type { SecureContext } from 'node:tls';
import { lookupLoopback } from './loopback.js';

/** The certificate that a connection presents, and the authorities that it trusts. */
export interface AgentMaterial {
  /** Prepared client certificate, key and trusted authorities; see `ClientCertificate.createSecureContext`. */
  readonly secureContext?: SecureContext;
  /** PEM certificates of the trusted authorities, if there is no secure context. */
  readonly ca?: readonly string[] | undefined;
}

/** Maximum number of connections of an app to one host. */
export const MAX_SOCKETS = 50;

/**
 * Milliseconds to try one address of a host before the next. Node.js checks this timer before the network. With its
 * default of 250, a process that paused for that long (as containers with little CPU do) drops established connections.
 */
const ADDRESS_TIMEOUT_MS = 2_000;

/** A keep-alive agent for TLS 1.2 or later, with a limited number of sockets for each host. */
export function createAgent({ secureContext, ca }: AgentMaterial): Agent {
  const options: AgentOptions = {
    keepAlive: true,
    maxSockets: MAX_SOCKETS,
    maxFreeSockets: MAX_SOCKETS,
    minVersion: 'TLSv1.2',
    autoSelectFamilyAttemptTimeout: ADDRESS_TIMEOUT_MS,
    lookup: lookupLoopback,
    checkServerIdentity: checkAlternativeNames,
    ...(secureContext ? { secureContext } : ca && { ca: [...ca] }),
  };
  return new Agent(options);
}

/** A keep-alive agent for targets on loopback, without TLS. */
export function createLoopbackAgent(): HttpAgent {
  return new HttpAgent({ keepAlive: true, maxSockets: MAX_SOCKETS, lookup: lookupLoopback });
}

/** Closes idle connections now, and the others when their requests end. */
export function drainAgent(agent: Agent): void {
  agent.maxFreeSockets = 0;
  for (const socket of Object.values(agent.freeSockets).flat()) socket?.destroy();
}

/**
 * Compares the host with the subjectAltName only. Without a host name there, Node.js uses the common name, which
 * authorities may not have checked (RFC 9525; RFC 6125 §6.4.4 still allowed it).
 */
const checkAlternativeNames: typeof checkServerIdentity = (host, certificate) =>
  checkServerIdentity(host, { ...certificate, subject: { ...certificate.subject, CN: '' } });
