declare class Forger {
    #private;
    readonly certificate: X509Certificate;
    readonly otherCertificate: X509Certificate;
    readonly privateKey: KeyObject;
    readonly publicKey: KeyObject;
    readonly strangersKey: KeyPair;
    readonly header: {
        alg: string;
        kid: string;
    };
    private constructor();
    static of(landscape: Landscape): Promise<Forger>;
    get issuer(): string;
    get clientId(): string;
    get claims(): Record<string, unknown>;
    get thumbprint(): string;
    get token(): string;
    get boundToken(): string;
    signed(claims: Record<string, unknown>, header?: Record<string, unknown>): string;
    signedText(header: string | Buffer, payload: string | Buffer): string;
    signedWith(key: KeyObject | SignKeyObjectInput, header: string | Buffer, payload: string | Buffer): string;
}
declare class TestIdentity {
    #private;
    readonly application: Application;
    readonly certificate: X509Certificate;
    readonly tls: {
        readonly cert: string;
        readonly key: string;
    };
    constructor({ landscape, application, certificate, tls }: IdentityParts);
    token({ user, bound, apis, claims }?: IdentityTokenOptions): Promise<string>;
    headers(options?: IdentityTokenOptions): Promise<IdentityHeaders>;
}
declare const BAD_REQUESTS: readonly BadRequest[];
declare const BAD_TOKENS: readonly BadToken[];
declare const iasMatchers: {
    toBeRejectedWith(answer: HttpAnswer, code: RejectionCode): MatcherResult;
    toBeBoundTo(token: string | object, certificate: Certificate): MatcherResult;
};
declare function createConsumer(landscape: Landscape): Promise<TestIdentity>;
declare function createIdentity(landscape: Landscape, application?: Application): Promise<TestIdentity>;
declare function overrideIas(builder: TestingModuleBuilder, landscape: Landscape, { now, ...options }?: IasOverrides): TestingModuleBuilder;
declare function presentCertificate(certificate: Certificate, host?: string): PresentedCertificate;
declare function startLandscape(options?: LandscapeOptions): Promise<Landscape>;
declare function waitForTokenRequest({ tenants }: Landscape, requests?: number, timeoutMilliseconds?: number): Promise<void>;
export * from "@nest-ias/landscape";
export { BAD_REQUESTS, BAD_TOKENS, type BadRequest, type BadToken, type Certificate, Forger, type Header, type HttpAnswer, IAS_LIMITS, type IasOverrides, type IdentityHeaders, type IdentityTokenOptions, type MatcherResult, type PresentedCertificate, type TestIdentity, createConsumer, createIdentity, iasMatchers, mountBinding, overrideIas, presentCertificate, startLandscape, waitForTokenRequest, writeSecretJson };
import { Application, IAS_LIMITS, Landscape, LandscapeOptions, TenantUser, mountBinding, writeSecretJson } from "@nest-ias/landscape";
import { Clock, IasModuleOptions, RejectionCode } from "nest-ias";
import { KeyObject, SignKeyObjectInput, X509Certificate } from "node:crypto";
import { TestingModuleBuilder } from "@nestjs/testing";
interface BadRequest extends Rejected {
    readonly headers: (forger: Forger) => readonly Header[];
    readonly query?: string;
}
interface BadToken extends Rejected {
    readonly forge: (forger: Forger) => string;
}
interface HttpAnswer {
    readonly status?: number;
    readonly statusCode?: number;
    readonly headers: Readonly<Record<string, unknown>>;
    readonly body: unknown;
}
interface IasOverrides extends IasModuleOptions {
    readonly now?: Clock;
}
interface IdentityParts {
    readonly landscape: Landscape;
    readonly application: Application;
    readonly certificate: X509Certificate;
    readonly tls: TestIdentity['tls'];
}
interface IdentityTokenOptions {
    readonly user?: TenantUser;
    readonly bound?: boolean;
    readonly apis?: readonly string[];
    readonly claims?: Readonly<Record<string, unknown>>;
}
interface KeyPair {
    readonly privateKey: KeyObject;
    readonly publicKey: KeyObject;
}
interface MatcherResult {
    readonly pass: boolean;
    readonly message: () => string;
}
interface Rejected {
    readonly cause: string;
    readonly code: RejectionCode;
    readonly status: number;
}
type Certificate = string | Buffer | X509Certificate;
type Header = readonly [
    name: string,
    value: string
];
type IdentityHeaders = Readonly<Record<'authorization', string>> & Partial<PresentedCertificate>;
type PresentedCertificate = Readonly<Record<'host' | 'x-forwarded-client-cert', string>>;
