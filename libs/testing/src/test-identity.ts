import type { X509Certificate } from 'node:crypto';
import type { Application, Landscape, TenantUser } from '@nest-ias/landscape';
import { type PresentedCertificate, presentCertificate } from './presented-certificate.js';

/** What a token of an identity says, beyond who it was issued to. */
export interface IdentityTokenOptions {
  /** The user the token speaks for. @default none: the token speaks for the application */
  readonly user?: TenantUser;
  /** Whether the token is bound to the identity's certificate. @default true */
  readonly bound?: boolean;
  /** APIs of the app under test that the token grants, claim `ias_apis`. @default none */
  readonly apis?: readonly string[];
  /** Claims set on top; `undefined` removes one. @default none */
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** Headers of a request by an identity. */
export type IdentityHeaders = Readonly<Record<'authorization', string>> & Partial<PresentedCertificate>;

interface IdentityParts {
  readonly landscape: Landscape;
  readonly application: Application;
  readonly certificate: X509Certificate;
  readonly tls: TestIdentity['tls'];
}

/** A caller of the app under test: an application with a client certificate, and access tokens for the app. */
export class TestIdentity {
  /** The application that calls; `azp` of its tokens is its client id. */
  readonly application: Application;
  /** The client certificate its tokens are bound to. */
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

  /** Mints a token; answers with the headers that send it and, if it is bound, present the certificate. */
  async headers(options: IdentityTokenOptions = {}): Promise<IdentityHeaders> {
    const authorization = `Bearer ${await this.token(options)}`;
    return { authorization, ...(options.bound !== false && presentCertificate(this.certificate)) };
  }
}

/**
 * An identity of an application, by default the one that the app under test is bound to, too: the scenario of two apps
 * that share a service instance. Each has a certificate of its own.
 *
 * @param application one that depends on the landscape's application, or is it
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

/** An identity of another application, which depends on the one that the app under test is bound to. */
export async function createConsumer(landscape: Landscape): Promise<TestIdentity> {
  const consumer = landscape.tenant.addApplication();
  consumer.dependOn(landscape.application, { name: 'app-under-test' });
  return createIdentity(landscape, consumer);
}
