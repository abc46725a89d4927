import type { X509Certificate } from 'node:crypto';
import type { Agent } from 'node:https';
import { isIP } from 'node:net';
import { createAgent, isLoopback, REJECTIONS } from 'nest-ias/internal';
import { REJECTION_CAUSES } from '../explain/rejection-causes.js';
import { commandName, withCommandName } from '../repository.js';
import { command } from '../text/shell-quote.js';
import { shownUrl } from '../target-url.js';
import { visibleValue } from '../text/visible.js';
import { broken, ok, skipped, warning } from './check.js';
import type { Finding } from './check.js';
import { errorCode, exchange, jsonObject } from '../token/http.js';
import type { Answer } from '../token/http.js';
import type { Investigation } from './investigation.js';

/** Calls the target with token and certificate, then checks that the token alone is not enough. */
export async function checkTarget(investigation: Investigation): Promise<Finding> {
  const { options, role, token, credential, authorities } = investigation;
  const { target } = options;
  if (target === undefined) return skipped('no --target');
  if (role === 'receiver') return skipped('a receiver has no token to send');
  if (token === undefined || credential === undefined) return skipped('needs a token');
  const anonymous = createAgent({ ca: authorities });
  const call = (agent: Agent, headers: Record<string, string> = {}) =>
    exchange(target, {
      agent,
      headers: { accept: 'application/json', authorization: `Bearer ${token.value}`, ...headers },
      now: investigation.context.now,
    });
  try {
    const answer = await call(credential.agent);
    if (answer.status < 200 || answer.status >= 300) return refused(target, answer, investigation);
    const [leaf] = investigation.chain;
    const isBound = token.claims['cnf'] !== undefined && leaf !== undefined;
    const hole = isBound ? await findHole(leaf, (headers) => call(anonymous, headers)) : undefined;
    return (
      hole ??
      ok(
        `${shownUrl(target)} answered ${answer.status}${isBound ? '; it refuses the token without the certificate' : ''} (a live token was sent)`,
      )
    );
  } catch (error) {
    return unreachable(target, errorCode(error));
  } finally {
    anonymous.destroy();
    credential.agent.destroy();
  }
}

type Call = (headers?: Record<string, string>) => Promise<Answer>;

/** Tries what a thief of the token could do: call without a certificate, or write the certificate into a header. */
async function findHole(leaf: X509Certificate, call: Call): Promise<Finding | undefined> {
  const isIn = async (headers?: Record<string, string>) => {
    const { status } = await call(headers).catch(() => ({ status: 0 }));
    return status >= 200 && status < 300;
  };
  if (await isIn()) {
    return warning('The target accepts the token without the certificate (a live token was sent)', {
      cause:
        'Anyone who steals a token can use it. The target does not check cnf (IAS_PROOF_OF_POSSESSION=off), or needs no token at all.',
      remedy:
        'Check that the route is guarded, and set the variable in the target:\nexport IAS_PROOF_OF_POSSESSION=if-bound',
    });
  }
  if (await isIn({ 'x-forwarded-client-cert': leaf.raw.toString('base64') })) {
    return warning('The target accepts a forged x-forwarded-client-cert (a live token was sent)', {
      cause:
        'A certificate is public. Anyone who steals a token can write it into the header, and the router or mesh in front of the target passes the header on.',
      remedy:
        'Restrict IAS_TRUSTED_CERT_HOSTS of the target to hosts whose router replaces the header, and call it on these hosts only.',
    });
  }
  return undefined;
}

function refused(target: URL, answer: Answer, investigation: Investigation): Finding {
  const problem = jsonObject(answer.text);
  const code = typeof problem?.['code'] === 'string' ? problem['code'] : undefined;
  const summary = `${shownUrl(target)} answered ${answer.status}${code === undefined ? '' : ` ${visibleValue(code, 60)}`} (a live token was sent)`;
  if (code === 'proof_missing') return proofMissing(target, summary, investigation);
  if (code !== undefined && isRejection(code)) {
    const { cause, remedy } = REJECTION_CAUSES[code];
    return broken(summary, {
      cause,
      remedy: withCommandName(remedy, investigation.context.environment),
      code,
    });
  }
  const { status } = answer;
  if (status === 401 || status === 403) {
    return broken(summary, {
      cause: `The target refuses the token without a reason that this command knows${challengeOf(answer)}. A proxy or an approuter in front of it may have answered.`,
      remedy: 'Look at the log of the target. Check that both apps are bound to the same instance.',
      code: 'downstream_rejected',
    });
  }
  if (status >= 300 && status < 400) {
    return broken(summary, {
      cause:
        'The target redirects. This command does not follow redirects, because the other address would get the token.',
      remedy: `Call the final address: ${visibleValue(shownUrl(answer.headers.location ?? 'the header Location is missing'))}`,
      code: 'downstream_failed',
    });
  }
  return broken(summary, {
    cause:
      status === 404
        ? 'The router has no such host, or the app has no such path.'
        : 'The target, or a router in front of it, failed.',
    remedy: 'Check host and path of the URL, that the app runs, and its log.',
    code: status === 429 || status === 503 ? 'downstream_overloaded' : 'downstream_failed',
  });
}

const isRejection = (code: string): code is keyof typeof REJECTIONS => Object.hasOwn(REJECTIONS, code);

function challengeOf({ headers }: Answer): string {
  const challenge = headers['www-authenticate'];
  return challenge === undefined ? '' : ` (${visibleValue(challenge)})`;
}

/** The two reasons why a certificate does not arrive. */
function proofMissing(
  target: URL,
  summary: string,
  { options: { from }, context: { environment } }: Investigation,
): Finding {
  const code = 'proof_missing';
  if (!target.hostname.includes('.cert.')) {
    const better = certHostOf(target);
    return broken(summary, {
      cause: `The host ${target.hostname} is a plain host: ${better === undefined ? 'no router passes' : 'the router asks for no client certificate there, and does not pass'} the certificate on to the target.`,
      remedy:
        better === undefined
          ? `Call the target through its router, on the host with ".cert.". ${isLoopback(target.hostname) ? 'A local landscape prints the address when it starts.' : 'The hosts of the app:\ncf routes'}`
          : `Call the ".cert." host:\n${commandName(environment)} doctor ${from === undefined ? '' : `${command('--from', from)} `}${command('--target', better)}`,
      code,
    });
  }
  return broken(summary, {
    cause:
      'The certificate was presented, but did not reach the target: an approuter, a service mesh or another proxy in between drops x-forwarded-client-cert, or IAS_TRUSTED_CERT_HOSTS or IAS_CERTIFICATE_HOPS of the target does not fit.',
    remedy:
      'Call the app itself instead of the approuter, let the mesh forward the header (Istio: SANITIZE_SET), and compare IAS_TRUSTED_CERT_HOSTS with the host.',
    code,
  });
}

/** Only a name with a domain has a `.cert.` host; an address or `localhost` is the app itself. */
function certHostOf({ protocol, hostname, port, pathname }: URL): string | undefined {
  const [app = '', ...domain] = hostname.split('.');
  if (domain.length === 0 || isIP(hostname.replaceAll(/[[\]]/g, '')) !== 0) return undefined;
  return `${protocol}//${[app, 'cert', ...domain].join('.')}${port && `:${port}`}${pathname}`;
}

function unreachable(target: URL, detail: string): Finding {
  return broken(`${shownUrl(target)} did not answer (${detail})`, {
    cause: 'The connection failed, broke, or took too long, or its server certificate is not trusted.',
    remedy: `Check the URL, that the app runs, its route, and IAS_CA_FILE. To try by hand:\n${command('curl', '-v', '--max-time', '10', target.origin)}`,
    code: detail === 'ETIMEDOUT' ? 'downstream_timeout' : 'downstream_unreachable',
  });
}
