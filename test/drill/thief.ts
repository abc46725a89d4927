import { X509Certificate } from 'node:crypto';
import type { IdentityCredentials } from '@nest-ias/landscape';
import { RouterClient } from '../helper/router-load.js';
import type { Answer, ClientIdentity } from '../helper/router-load.js';
import { BACKEND, HOSTS } from '../helper/staged-platform.js';
import type { StagedPlatform } from '../helper/staged-platform.js';

/** Expected outcome of an attempt; only the platform can prevent `platform`. */
type Expectation = 'refused' | 'until deleted' | 'until expired' | 'platform';

/** An attempt of the thief. */
export interface Attempt {
  /** What the thief has. */
  readonly possession: string;
  readonly action: string;
  readonly expected: Expectation;
  readonly run: () => Promise<Answer>;
}

const POSSESSIONS = {
  token: 'the token',
  certificate: 'token and certificate',
  key: 'token, certificate and key',
} as const;

const [PLAIN_HOST = '', CERT_HOST = ''] = HOSTS[BACKEND];

/** An attacker with a copy of the frontend's binding, or of a part of it, and of one of its tokens. */
export class Thief {
  readonly #clients: readonly RouterClient[];

  private constructor(
    private readonly platform: StagedPlatform,
    private readonly stolen: IdentityCredentials,
    private readonly withKey: RouterClient,
    private readonly withOwnKey: RouterClient,
    private readonly withNothing: RouterClient,
  ) {
    this.#clients = [withKey, withOwnKey, withNothing];
  }

  static async create(platform: StagedPlatform, stolen: IdentityCredentials): Promise<Thief> {
    const { ca } = platform.landscape;
    const own = await platform.landscape.issueCertificate({ commonName: 'thief' });
    return new Thief(
      platform,
      stolen,
      new RouterClient(ca.pem, identityOf(stolen)),
      new RouterClient(ca.pem, identityOf(own)),
      new RouterClient(ca.pem),
    );
  }

  /** Returns all attempts with a token of the attacked app. */
  attemptsWith(token: string): readonly Attempt[] {
    const bearer = { authorization: `Bearer ${token}` };
    const { raw } = new X509Certificate(this.stolen.certificate ?? '');
    const spoofed = { ...bearer, 'x-forwarded-client-cert': raw.toString('base64') };
    const certUrl = `${this.platform.backendUrl}/endpoint`;
    const plainUrl = certUrl.replace(CERT_HOST, PLAIN_HOST);
    const pastRouter = `${this.platform.instancesOf(BACKEND)[0]?.url ?? ''}/endpoint`;
    return [
      {
        possession: POSSESSIONS.token,
        action: 'calls the .cert. host without a certificate',
        expected: 'refused',
        run: () => this.withNothing.get(certUrl, bearer),
      },
      {
        possession: POSSESSIONS.token,
        action: 'calls the .cert. host with another certificate',
        expected: 'refused',
        run: () => this.withOwnKey.get(certUrl, bearer),
      },
      {
        possession: POSSESSIONS.token,
        action: 'calls the plain host',
        expected: 'refused',
        run: () => this.withNothing.get(plainUrl, bearer),
      },
      {
        possession: POSSESSIONS.certificate,
        action: 'sends the certificate as a header to the .cert. host',
        expected: 'refused',
        run: () => this.withNothing.get(certUrl, spoofed),
      },
      {
        possession: POSSESSIONS.certificate,
        action: 'sends it as a header to the plain host',
        expected: 'refused',
        run: () => this.withNothing.get(plainUrl, spoofed),
      },
      {
        possession: POSSESSIONS.certificate,
        action: 'sends it past the router, to an instance',
        expected: 'refused',
        run: () => this.withNothing.get(pastRouter, spoofed),
      },
      {
        possession: POSSESSIONS.certificate,
        action: 'sends it past the router, and claims the .cert. host',
        expected: 'platform',
        run: () => this.withNothing.get(pastRouter, { ...spoofed, host: CERT_HOST }),
      },
      {
        possession: POSSESSIONS.key,
        action: 'requests a token from IAS',
        expected: 'until deleted',
        run: () => this.requestToken(),
      },
      {
        possession: POSSESSIONS.key,
        action: 'calls the backend with the stolen token',
        expected: 'until expired',
        run: () => this.withKey.get(certUrl, bearer),
      },
    ];
  }

  async requestToken(): Promise<Answer> {
    const { clientid, url } = this.stolen;
    const form = { grant_type: 'client_credentials', client_id: clientid };
    return this.withKey.postForm(`${url}/oauth2/token`, form);
  }

  close(): void {
    for (const client of this.#clients) client.close();
  }
}

function identityOf({ certificate = '', key = '' }: Partial<ClientIdentity>): ClientIdentity {
  return { certificate, key };
}
