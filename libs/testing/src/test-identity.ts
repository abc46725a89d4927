import type { X509Certificate } from 'node:crypto';
import type { Application, Landscape, TenantUser } from '@nest-ias/landscape';
import { type PresentedCertificate, presentCertificate } from './presented-certificate.js';

/** Options of a token of an identity. */
export interface IdentityTokenOptions {
  /** The user of the token. @default none: a token of the application itself */
  readonly user?: TenantUser;
  /** Whether the token is bound to the identity's certificate. @default true */
  readonly bound?: boolean;
  /** APIs of the app under test that the token grants (claim `ias_apis`). @default none */
  readonly apis?: readonly string[];
  /** Claims that override the defaults; `undefined` removes a claim. @default none */
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** Request headers of an identity. */
export type IdentityHeaders = Readonly<Record<'authorization', string>> & Partial<PresentedCertificate>;

interface IdentityParts {
  readonly landscape: Landscape;
  readonly application: Application;
  readonly certificate: X509Certificate;
  readonly tls: TestIdentity['tls'];
}

/** A caller of the app under test: an application with a client certificate, which mints access tokens for the app. */
export class TestIdentity {
  /** The calling application; its client ID is `azp` of the tokens. */
  readonly application: Application;
  /** The client certificate that the tokens are bound to. */
  readonly certificate: X509Certificate;
  /** PEM of the certificate chain and its key, for calls through the landscape's router. */
  readonly tls: { readonly cert: string; readonly key: string };
  readonly #landscape: Landscape;

  constructor({ landscape, application, certificate, tls }: IdentityParts) {
    this.application = application;
    this.certificate = certificate;
    this.tls = tls;
    this.#landscape = landscape;
  }

  /** Mints an access token that the app under test accepts. */
  async token({ user, bound = true, apis = [], claims }: IdentityTokenOptions = {}): Promise<string> {
    return this.#landscape.tenant.issueToken({
      application: this.application,
      ...(user && { user }),
      ...(bound && { certificate: this.certificate.toString() }),
      claims: { aud: this.#landscape.application.clientId, ias_apis: apis, ...claims },
    });
  }

  /** Mints a token and returns the headers that send it; for a bound token they also present the certificate. */
  async headers(options: IdentityTokenOptions = {}): Promise<IdentityHeaders> {
    const authorization = `Bearer ${await this.token(options)}`;
    return { authorization, ...(options.bound !== false && presentCertificate(this.certificate)) };
  }
}

/**
 * Creates an identity of an application. By default it is the application of the app under test, as if two apps shared a
 * service instance. Each identity has its own certificate.
 * @param application the landscape's application, or one that depends on it
 */
export async function createIdentity(
  landscape: Landscape,
  application = landscape.application,
): Promise<TestIdentity> {
  const { leaf, certificate, key } = await landscape.issueCertificate(
    { commonName: 'test identity' },
    application,
  );
  await landscape.issueBinding({ type: 'X509_PROVIDED', certificate }, application);
  return new TestIdentity({ landscape, application, certificate: leaf, tls: { cert: certificate, key } });
}

/** Creates an identity of another application, which depends on the application of the app under test. */
export async function createConsumer(landscape: Landscape): Promise<TestIdentity> {
  const consumer = landscape.tenant.addApplication();
  consumer.dependOn(landscape.application, { name: 'app-under-test' });
  return createIdentity(landscape, consumer);
}
