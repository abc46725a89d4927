import { X509Certificate } from 'node:crypto';
import type { IdentityCredentials } from '@nest-ias/landscape';
import { RouterClient } from '../helper/router-load.js';
import type { Answer, ClientIdentity } from '../helper/router-load.js';
import { BACKEND, HOSTS } from '../helper/staged-platform.js';
import type { StagedPlatform } from '../helper/staged-platform.js';

/** What may become of an attempt: `platform` is refused by nobody but a platform that closes the way. */
type Expectation = 'refused' | 'until deleted' | 'until expired' | 'platform';

/** One thing that a thief can try. */
export interface Attempt {
  readonly loot: string;
  readonly way: string;
  readonly expected: Expectation;
  readonly run: () => Promise<Answer>;
}

const Loot = {
  token: 'the token',
  certificate: 'token and certificate',
  key: 'token, certificate and key',
} as const;

const [PLAIN_HOST = '', CERT_HOST = ''] = HOSTS[BACKEND];

/** Somebody who has copied the binding of the frontend, or a part of it, and one of its tokens. */
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

  static async rob(platform: StagedPlatform, stolen: IdentityCredentials): Promise<Thief> {
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

  /** Everything worth trying with a token of the robbed app. */
  attemptsWith(token: string): readonly Attempt[] {
    const bearer = { authorization: `Bearer ${token}` };
    const { raw } = new X509Certificate(this.stolen.certificate ?? '');
    const spoofed = { ...bearer, 'x-forwarded-client-cert': raw.toString('base64') };
    const certUrl = `${this.platform.backendUrl}/endpoint`;
    const plainUrl = certUrl.replace(CERT_HOST, PLAIN_HOST);
    const pastRouter = `${this.platform.instancesOf(BACKEND)[0]?.url ?? ''}/endpoint`;
    return [
      {
        loot: Loot.token,
        way: 'calls the .cert. host without a certificate',
        expected: 'refused',
        run: () => this.withNothing.get(certUrl, bearer),
      },
      {
        loot: Loot.token,
        way: 'calls the .cert. host with a certificate of his own',
        expected: 'refused',
        run: () => this.withOwnKey.get(certUrl, bearer),
      },
      {
        loot: Loot.token,
        way: 'calls the plain host',
        expected: 'refused',
        run: () => this.withNothing.get(plainUrl, bearer),
      },
      {
        loot: Loot.certificate,
        way: 'sends the certificate as a header to the .cert. host',
        expected: 'refused',
        run: () => this.withNothing.get(certUrl, spoofed),
      },
      {
        loot: Loot.certificate,
        way: 'sends it as a header to the plain host',
        expected: 'refused',
        run: () => this.withNothing.get(plainUrl, spoofed),
      },
      {
        loot: Loot.certificate,
        way: 'sends it past the router, to an instance',
        expected: 'refused',
        run: () => this.withNothing.get(pastRouter, spoofed),
      },
      {
        loot: Loot.certificate,
        way: 'sends it past the router, and claims the .cert. host',
        expected: 'platform',
        run: () => this.withNothing.get(pastRouter, { ...spoofed, host: CERT_HOST }),
      },
      {
        loot: Loot.key,
        way: 'asks IAS for a token',
        expected: 'until deleted',
        run: () => this.askForToken(),
      },
      {
        loot: Loot.key,
        way: 'calls the backend with the token he has',
        expected: 'until expired',
        run: () => this.withKey.get(certUrl, bearer),
      },
    ];
  }

  async askForToken(): Promise<Answer> {
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
