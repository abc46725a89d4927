declare abstract class IasError<Code extends string = string> extends Error {
    readonly code: Code;
    readonly documentation: string;
    constructor(code: Code, message: string, options?: ErrorOptions);
}
declare abstract class StartError<Code extends string> extends IasError<Code> {
    constructor(code: Code, message: string);
}
declare class AccessToken {
    #private;
    readonly obtainedAt: number;
    readonly receivedAt: number;
    readonly expiresAt: number;
    readonly status: number | undefined;
    readonly certificateThumbprint: string | undefined;
    constructor(properties: AccessTokenProperties);
    get value(): string;
    get agent(): Agent;
    toJSON(): string;
    toString(): string;
}
declare class Age {
    #private;
    constructor(clocks: Clocks);
    get elapsed(): number;
}
declare class AudienceAndDates {
    #private;
    constructor(settings: IasSettings, now: Clock);
    bindingFor(issuer: string, claims: IasClaims, bindings: readonly IdentityBinding[]): IdentityBinding;
    lifetimeOf({ exp }: IasClaims): number;
}
declare class AuthenticatedCalls {
    #private;
    readonly target: URL;
    readonly maxResponseBytes: number;
    constructor(options: IasClientOptions, parts: AuthenticatedCallsParts);
    send(request: IasRequest, streams: boolean): Promise<HttpResponse>;
    failureOf(error: unknown, signal: AbortSignal | undefined): IasError;
    close(): void;
}
declare class AuthenticationException extends HttpException {
    readonly code: RejectionCode;
    readonly title: string;
    readonly detail: string;
    readonly operatorDetail: string | undefined;
    metadataUrl: string | undefined;
    constructor(code: RejectionCode, operatorDetail?: string);
    get headers(): Readonly<Record<string, string> & Record<'content-type', string>>;
}
declare class BindingError extends StartError<BindingErrorCode> {
}
declare class CallLimit {
    #private;
    onStop: ((error: TransportError) => void) | undefined;
    progress: (() => string) | undefined;
    constructor(timeout: number, signal: AbortSignal | undefined, now: Clock);
    throwIfStopped(): void;
    note(event: string): void;
    until<T>(promise: Promise<T>, progress: string): Promise<T>;
    release(): void;
}
declare class CertificateHealthIndicator {
    #private;
    constructor(bindings: IdentityBindings, settings: IasSettings, now: Clock);
    check<const Key extends string = 'certificate'>(key?: Key): Record<Key, CertificatesHealth>;
}
declare class ClientCertificate {
    #private;
    readonly thumbprint: string;
    readonly subject: string;
    readonly issuer: string;
    readonly serialNumber: string;
    readonly notBefore: Date;
    readonly notAfter: Date;
    private constructor();
    static fromPem(certificatePem: string, keyPem: string, bindingName: string, source?: KeySource): ClientCertificate;
    get der(): Buffer;
    get renewal(): string;
    assertValidAt(now: number, bindingName: string): void;
    createSecureContext(ca: readonly string[] | undefined): SecureContext;
}
declare class Clocks {
    readonly wall: Clock;
    readonly monotonic: Clock;
    constructor(wall: Clock, monotonic: Clock);
    startAge(): Age;
}
declare class ConfigurationError extends StartError<ConfigurationErrorCode> {
    constructor(message: string, code?: ConfigurationErrorCode);
}
declare class ConnectionPool {
    #private;
    readonly agent: Agent;
    constructor(origin: string, agent: Agent);
    send(request: HttpRequest, limit: CallLimit): Promise<HttpResponse>;
    drain(): void;
    destroy(): void;
}
declare class DownstreamError extends IasError<DownstreamErrorCode> {
    #private;
    readonly kind: FailureKind;
    readonly status: number | undefined;
    readonly problemCode: string | undefined;
    readonly retryAfter: number | undefined;
    constructor(code: DownstreamErrorCode, message: string, answer?: DownstreamAnswer, options?: ErrorOptions);
    get body(): string | undefined;
}
declare class Freshness {
    #private;
    constructor(clocks: Clocks, age: Age, limits: FreshnessLimits);
    get left(): number;
    get isOver(): boolean;
    get isDue(): boolean;
    renew(age: Age, limits: FreshnessLimits): void;
    noteAttempt(): void;
    survive(tolerance: number): boolean;
    end(): void;
}
declare class IasAuthGuard implements CanActivate, OnModuleInit {
    #private;
    constructor(reflector: Reflector, requests?: RequestAuthenticator, modules?: ModulesContainer);
    onModuleInit(): void;
    canActivate(context: ExecutionContext): boolean | Promise<boolean>;
    protected getRequest(context: ExecutionContext): PlatformRequest | undefined;
    protected getResponse(context: ExecutionContext): PlatformResponse;
}
declare class IasClient implements OnApplicationShutdown {
    #private;
    constructor(calls: AuthenticatedCalls);
    get baseURL(): string;
    get(path: string, options?: IasCallOptions): Promise<IasResponse>;
    head(path: string, options?: IasCallOptions): Promise<IasResponse>;
    post(path: string, options?: IasCallOptions): Promise<IasResponse>;
    put(path: string, options?: IasCallOptions): Promise<IasResponse>;
    patch(path: string, options?: IasCallOptions): Promise<IasResponse>;
    delete(path: string, options?: IasCallOptions): Promise<IasResponse>;
    request(request: IasRequest): Promise<IasResponse>;
    stream(request: IasRequest): Promise<IasStreamResponse>;
    onApplicationShutdown(): void;
}
declare class IasClientModule extends ConfigurableModuleClass {
    constructor(modules: ModulesContainer);
}
declare class IasEvents {
    #private;
    on<Name extends IasEventName>(name: Name, listener: IasEventListener<Name>): () => void;
    emit<Name extends IasEventName>(name: Name, event: IasEventMap[Name]): void;
}
declare class IasExceptionFilter implements ExceptionFilter<TokenRequestError | DownstreamError> {
    #private;
    constructor(adapterHost: HttpAdapterHost);
    catch(error: TokenRequestError | DownstreamError, host: ArgumentsHost): void;
    protected describe({ kind, code, documentation }: TokenRequestError | DownstreamError): FailureProblem;
    protected reply(problem: FailureProblem, host: ArgumentsHost): void;
}
declare class IasModule extends ConfigurableModuleClass {
    static forRoot(options?: typeof OPTIONS_TYPE): DynamicModule;
}
declare class IasResponse {
    #private;
    readonly status: number;
    readonly statusText: string;
    readonly headers: IncomingHttpHeaders;
    constructor({ status, statusText, headers, body }: HttpResponse<Buffer>, target: URL);
    get ok(): boolean;
    expectOk(): this;
    toError(): DownstreamError;
    bytes(): Buffer;
    text(): string;
    json(): unknown;
}
declare class IasStreamResponse {
    #private;
    readonly status: number;
    readonly statusText: string;
    readonly headers: IncomingHttpHeaders;
    readonly body: Readable;
    constructor({ status, statusText, headers, body }: HttpResponse<Readable>, target: URL);
    get ok(): boolean;
    expectOk(): Promise<this>;
    toError(): Promise<DownstreamError>;
}
declare class IasTokenProvider implements OnApplicationShutdown {
    #private;
    constructor(http: HttpClientLoader, bindings: IdentityBindings, settings: IasSettings, clocks: Clocks, random: Random, events: IasEvents, telemetry: Telemetry);
    getToken(options?: TokenOptions): Promise<AccessToken>;
    exchangeToken(userToken: RedactedToken, options?: TokenOptions): Promise<AccessToken>;
    renewToken(options?: TokenOptions): Promise<AccessToken>;
    forgetFailures(): void;
    invalidate(token: AccessToken): void;
    onApplicationShutdown(): void;
}
declare class IdentityBindings {
    #private;
    refusedChange: string | undefined;
    private constructor();
    static load(settings: IasSettings, now?: number): IdentityBindings;
    static none(): IdentityBindings;
    get fingerprint(): string;
    get all(): readonly IdentityBinding[];
    get outbound(): IdentityBinding;
    renew(source: BindingSource, settings: IasSettings, now: number): void;
}
declare class KeySet {
    #private;
    private constructor();
    static from(entries: readonly unknown[]): KeySet;
    get isEmpty(): boolean;
    has(kid: string): boolean;
    equals(other: KeySet): boolean;
    signerOf({ header: { kid, alg }, signingInput, signature }: ParsedToken): PublishedKey | undefined;
}
declare class KeyStore {
    #private;
    constructor(tenants: TenantClient, events: IasEvents, settings: IasSettings, clocks: Clocks);
    verify(token: PresentedToken): Promise<Signer>;
    renewAhead(tenant: TrustedTenant, keySet: Fetched<KeySet>): void;
}
declare class LastSeen {
    #private;
    constructor(events: IasEvents, now: Clock);
    get tenants(): TenantStatus;
}
declare class PossessionVerifier {
    #private;
    constructor(settings: IasSettings, now: Clock);
    assertProven(claims: IasClaims, route: ProofOfPossessionPolicy | undefined, request: ReceivedRequest): PossessionProof;
    prove(policy: ProofOfPossessionPolicy, confirmation: unknown, request: ReceivedRequest): boolean;
}
declare class ReceivedRequest {
    #private;
    readonly url: string;
    readonly headerEntries: number;
    readonly authorization: string[];
    readonly forwardedCertificates: string[];
    readonly hosts: string[];
    constructor(request: PlatformRequest);
}
declare class Redacted<Value = string> {
    #private;
    constructor(value: Value, label: string);
    reveal(): Value;
    toJSON(): string;
    toString(): string;
}
declare class RedactedToken extends Redacted {
    readonly issuer: string;
    constructor(value: string, issuer: string);
}
declare class RejectionLog {
    #private;
    constructor(now: Clock);
    write(rejection: AuthenticationException, request: ReceivedRequest): void;
}
declare class RequestAuthenticator {
    #private;
    readonly callContexts: Map<string, CallContext>;
    constructor(tokens: TokenAuthenticator, possession: PossessionVerifier, rejections: RejectionLog, settings: IasSettings);
    get userProperty(): string | undefined;
    authenticate(request: ReceivedRequest, policy: RoutePolicy): Authentication | Promise<Authentication>;
}
declare class TenantAcceptance {
    #private;
    constructor(tenants: TenantClient, xssec: XssecAuthenticator, { outageTolerance }: IasSettings, clocks: Clocks);
    assertAccepted(token: PresentedToken, key: PublishedKey): Promise<Acceptance>;
    renewAhead(token: SignedToken, verdict: Verdict): void;
}
declare class TenantClient implements OnApplicationShutdown {
    #private;
    constructor(settings: IasSettings, telemetry: Telemetry);
    fetchKeys(tenant: TrustedTenant, signal: AbortSignal): Promise<readonly unknown[]>;
    fetchVerdict(tenant: TrustedTenant, { appTid, azp, azpAppTid }: TokenParties, signal: AbortSignal): Promise<boolean>;
    onApplicationShutdown(): void;
}
declare class TokenAuthenticator {
    #private;
    constructor(verifiedTokens: VerifiedTokenCache, bindings: IdentityBindings, issuers: TrustedIssuers, audienceAndDates: AudienceAndDates, keys: KeyStore, acceptance: TenantAcceptance, clocks: Clocks, settings: IasSettings);
    recall(jwt: string): VerifiedCaller | undefined;
    verify(jwt: string): Promise<VerifiedCaller>;
}
declare class TokenRequestError extends IasError<TokenRequestErrorCode> {
    readonly kind: FailureKind;
    readonly retryAfter: number | undefined;
    readonly status: number | undefined;
    constructor(code: TokenRequestErrorCode, message: string, retryAfter?: number, status?: number);
}
declare class TransportError extends Error {
    readonly code: 'ABORT_ERR' | 'ERR_CONTENT_CODING' | 'ERR_REQUEST_BODY' | 'ERR_RESPONSE_MALFORMED' | 'ERR_RESPONSE_TOO_LARGE' | 'ERR_UPGRADE' | 'ETIMEDOUT';
    readonly name = "TransportError";
    constructor(code: 'ABORT_ERR' | 'ERR_CONTENT_CODING' | 'ERR_REQUEST_BODY' | 'ERR_RESPONSE_MALFORMED' | 'ERR_RESPONSE_TOO_LARGE' | 'ERR_UPGRADE' | 'ETIMEDOUT', message: string, options?: ErrorOptions);
}
declare class TrustedIssuers {
    #private;
    constructor(settings: IasSettings, clocks: Clocks);
    bindingsTrusting(issuer: string, bindings: readonly IdentityBinding[]): readonly IdentityBinding[];
    trustedFor(issuer: string, binding: IdentityBinding): Promise<number>;
}
declare class VerifiedTokenCache {
    #private;
    get(jwt: string): VerifiedToken | undefined;
    set(token: VerifiedToken): void;
}
declare class XssecAuthenticator implements OnApplicationShutdown {
    #private;
    constructor();
    createSecurityContext(token: PresentedToken, key: PublishedKey): Promise<IdentityServiceSecurityContext>;
    onApplicationShutdown(): void;
}
declare const BINDING_ERRORS: Readonly<Record<"binding_missing" | "binding_unreadable" | "binding_ambiguous" | "binding_invalid" | "binding_certificate_invalid" | "binding_certificate_expired" | "binding_cannot_fetch_tokens", ErrorDescription>>;
declare const CONFIGURATION_ERRORS: Readonly<Record<"configuration_invalid" | "module_missing" | "guard_missing", ErrorDescription>>;
declare const CREDENTIAL_TYPES: readonly [
    "SECRET",
    "X509_GENERATED",
    "X509_PROVIDED",
    "X509_ATTESTED",
    "NONE"
];
declare const Claims: (...dataOrPipes: unknown[]) => ParameterDecorator;
declare const ConfigurableModuleClass: _$_nestjs_common0.ConfigurableModuleCls<IasClientOptions, "register", "create", RegistrationExtras>;
declare const ConfigurableModuleClass: _$_nestjs_common0.ConfigurableModuleCls<IasModuleOptions, "forRoot", "create", {
    isGlobal: boolean;
}>, MODULE_OPTIONS_TOKEN: string | symbol, OPTIONS_TYPE: IasModuleOptions & Partial<{
    isGlobal: boolean;
}>;
declare const DEMANDS: {
    proofOfPossession: ReflectableDecorator<"off" | "if-bound" | "required", "off" | "if-bound" | "required">;
    apis: ReflectableDecorator<ApiRequirement, ApiRequirement>;
    isForTechnicalUsers: ReflectableDecorator<boolean | undefined, boolean>;
    callers: ReflectableDecorator<readonly string[], readonly string[]>;
};
declare const DOWNSTREAM_ERRORS: Readonly<Record<"downstream_unreachable" | "downstream_overloaded" | "downstream_timeout" | "downstream_untrusted" | "downstream_rejected" | "downstream_failed" | "downstream_malformed" | "downstream_aborted" | "downstream_request_invalid" | "downstream_forbidden_target", FailureDescription>>;
declare const IAS_CLOCK: unique symbol;
declare const IAS_MONOTONIC_CLOCK: unique symbol;
declare const IAS_OPTION_OVERRIDES: unique symbol;
declare const POSSESSION_PROOFS: readonly [
    "verified",
    "unbound",
    "unchecked"
];
declare const PROOF_OF_POSSESSION_POLICIES: readonly [
    "off",
    "if-bound",
    "required"
];
declare const Proof: (...dataOrPipes: unknown[]) => ParameterDecorator;
declare const ProofOfPossession: ReflectableDecorator<"off" | "if-bound" | "required", "off" | "if-bound" | "required">;
declare const Public: ReflectableDecorator<boolean | undefined, boolean>;
declare const REJECTIONS: {
    readonly headers_too_many: {
        readonly status: 400;
        readonly challenge: "invalid_request";
        readonly detail: string;
    };
    readonly credentials_missing: {
        readonly status: 401;
        readonly detail: "This resource requires a Bearer access token.";
    };
    readonly authorization_repeated: {
        readonly status: 400;
        readonly challenge: "invalid_request";
        readonly detail: string;
    };
    readonly authorization_malformed: {
        readonly status: 400;
        readonly challenge: "invalid_request";
        readonly detail: string;
    };
    readonly token_too_large: {
        readonly status: 400;
        readonly challenge: "invalid_request";
        readonly detail: string;
    };
    readonly token_malformed: {
        readonly status: 401;
        readonly challenge: "invalid_token";
        readonly detail: string;
    };
    readonly token_header_refused: {
        readonly status: 401;
        readonly challenge: "invalid_token";
        readonly detail: string;
    };
    readonly token_algorithm_refused: {
        readonly status: 401;
        readonly challenge: "invalid_token";
        readonly detail: string;
    };
    readonly token_type_refused: {
        readonly status: 401;
        readonly challenge: "invalid_token";
        readonly detail: string;
    };
    readonly token_issuer_untrusted: {
        readonly status: 401;
        readonly challenge: "invalid_token";
        readonly detail: string;
    };
    readonly token_audience_mismatch: {
        readonly status: 401;
        readonly challenge: "invalid_token";
        readonly detail: string;
    };
    readonly token_audience_ambiguous: {
        readonly status: 401;
        readonly challenge: "invalid_token";
        readonly detail: string;
    };
    readonly token_expired: {
        readonly status: 401;
        readonly challenge: "invalid_token";
        readonly detail: string;
    };
    readonly token_not_yet_valid: {
        readonly status: 401;
        readonly challenge: "invalid_token";
        readonly detail: string;
    };
    readonly token_key_unknown: {
        readonly status: 401;
        readonly challenge: "invalid_token";
        readonly detail: string;
    };
    readonly token_signature_invalid: {
        readonly status: 401;
        readonly challenge: "invalid_token";
        readonly detail: string;
    };
    readonly token_refused_by_tenant: {
        readonly status: 401;
        readonly challenge: "invalid_token";
        readonly detail: string;
    };
    readonly token_refused: {
        readonly status: 401;
        readonly challenge: "invalid_token";
        readonly detail: string;
    };
    readonly proof_required: {
        readonly status: 401;
        readonly challenge: "invalid_token";
        readonly detail: string;
    };
    readonly proof_unsupported: {
        readonly status: 401;
        readonly challenge: "invalid_token";
        readonly detail: string;
    };
    readonly proof_missing: {
        readonly status: 401;
        readonly challenge: "invalid_token";
        readonly detail: string;
    };
    readonly proof_mismatch: {
        readonly status: 401;
        readonly challenge: "invalid_token";
        readonly detail: string;
    };
    readonly proof_expired: {
        readonly status: 401;
        readonly challenge: "invalid_token";
        readonly detail: string;
    };
    readonly api_missing: {
        readonly status: 403;
        readonly challenge: "insufficient_scope";
        readonly detail: string;
    };
    readonly caller_not_allowed: {
        readonly status: 403;
        readonly challenge: "insufficient_scope";
        readonly detail: string;
    };
    readonly technical_user_required: {
        readonly status: 403;
        readonly challenge: "insufficient_scope";
        readonly detail: string;
    };
    readonly keys_unavailable: {
        readonly status: 503;
        readonly detail: string;
    };
    readonly issuer_unresolved: {
        readonly status: 503;
        readonly detail: string;
    };
    readonly verdict_unavailable: {
        readonly status: 503;
        readonly detail: string;
    };
};
declare const RawToken: (...dataOrPipes: unknown[]) => ParameterDecorator;
declare const SIGNATURE_ALGORITHMS: readonly [
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512"
];
declare const SecurityContext: (...dataOrPipes: unknown[]) => ParameterDecorator;
declare const TOKEN_REQUEST_ERRORS: Readonly<Record<"token_endpoint_unreachable" | "token_endpoint_overloaded" | "token_endpoint_unavailable" | "token_endpoint_circuit_open" | "client_cooling_down" | "token_endpoint_timeout" | "token_endpoint_untrusted" | "token_endpoint_redirected" | "client_rejected" | "assertion_rejected" | "token_request_rejected" | "token_response_too_large" | "token_response_malformed" | "token_type_unsupported" | "token_not_bound" | "token_request_aborted", FailureDescription>>;
declare const TechnicalUserOnly: ReflectableDecorator<boolean | undefined, boolean>;
declare const optionsSchema: z.ZodObject<{
    outbound: z.ZodDefault<z.ZodBoolean>;
    credentials: z.ZodOptional<z.ZodPipe<z.ZodUnknown, z.ZodTransform<Redacted<{} | null> | undefined, unknown>>>;
    loadDefaultEnv: z.ZodDefault<z.ZodBoolean>;
    serviceName: z.ZodOptional<z.ZodString>;
    privateKey: z.ZodOptional<z.ZodPipe<z.ZodString, z.ZodTransform<Redacted<string>, string>>>;
    privateKeyFile: z.ZodOptional<z.ZodString>;
    certificateFile: z.ZodOptional<z.ZodString>;
    caFile: z.ZodOptional<z.ZodString>;
    proofOfPossession: z.ZodDefault<z.ZodEnum<{
        off: "off";
        "if-bound": "if-bound";
        required: "required";
    }>>;
    trustedCertHosts: z.ZodDefault<z.ZodReadonly<z.ZodArray<z.ZodPipe<z.ZodString, z.ZodTransform<string, string>>>>>;
    certificateHops: z.ZodDefault<z.ZodInt>;
    rejectExpiredCertificates: z.ZodDefault<z.ZodBoolean>;
    trustedIssuers: z.ZodDefault<z.ZodReadonly<z.ZodArray<z.ZodPipe<z.ZodString, z.ZodTransform<string, string>>>>>;
    issuerResolver: z.ZodOptional<z.ZodCustom<IssuerResolver, IssuerResolver>>;
    algorithms: z.ZodDefault<z.ZodReadonly<z.ZodArray<z.ZodEnum<{
        RS256: "RS256";
        RS384: "RS384";
        RS512: "RS512";
        PS256: "PS256";
        PS384: "PS384";
        PS512: "PS512";
        ES256: "ES256";
        ES384: "ES384";
        ES512: "ES512";
    }>>>>;
    clockTolerance: z.ZodDefault<z.ZodInt>;
    allowMultipleAudiences: z.ZodDefault<z.ZodBoolean>;
    resource: z.ZodOptional<z.ZodPipe<z.ZodString, z.ZodTransform<string, string>>>;
    allowedCallers: z.ZodOptional<z.ZodReadonly<z.ZodArray<z.ZodString>>>;
    outageTolerance: z.ZodDefault<z.ZodInt>;
    tokenRequestTimeout: z.ZodDefault<z.ZodInt>;
    requireBoundTokens: z.ZodDefault<z.ZodBoolean>;
    userProperty: z.ZodOptional<z.ZodString>;
    allowUnguarded: z.ZodDefault<z.ZodBoolean>;
}, z.core.$strict>;
declare const tokenClaimsSchema: z.ZodObject<{
    iss: z.ZodString;
    ias_iss: z.ZodOptional<z.ZodString>;
    sub: z.ZodOptional<z.ZodString>;
    aud: z.ZodUnion<readonly [
        z.ZodString,
        z.ZodArray<z.ZodString>
    ]>;
    exp: z.ZodNumber;
    iat: z.ZodOptional<z.ZodNumber>;
    nbf: z.ZodOptional<z.ZodNumber>;
    jti: z.ZodOptional<z.ZodString>;
    azp: z.ZodOptional<z.ZodString>;
    app_tid: z.ZodOptional<z.ZodString>;
    zone_uuid: z.ZodOptional<z.ZodString>;
    azp_app_tid: z.ZodOptional<z.ZodString>;
    sap_id_type: z.ZodOptional<z.ZodString>;
    ias_apis: z.ZodOptional<z.ZodArray<z.ZodString>>;
}, z.core.$loose>;
declare const tokenHeaderSchema: z.ZodObject<{
    alg: z.ZodString;
    kid: z.ZodString;
    typ: z.ZodOptional<z.ZodString>;
}, z.core.$loose>;
declare function AllowCallers(...clientIds: readonly string[]): CustomDecorator;
declare function InjectIasClient(name?: string): ReturnType<typeof Inject>;
declare function RequireApi(names: string | readonly string[], { any }?: {
    readonly any?: boolean;
}): CustomDecorator;
declare function authenticationOf(source: object): Authentication | undefined;
declare function documentationUrl(code: string): string;
declare function getIasClientToken(name?: string): InjectionToken<IasClient>;
declare function isDeployed({ VCAP_APPLICATION, KUBERNETES_SERVICE_HOST, NODE_ENV }: Readonly<NodeJS.ProcessEnv>): boolean;
declare function isLoopback(hostname: string): boolean;
declare function loadDefaultEnvironment(files: readonly string[]): void;
declare function parseTargetUrl(baseURL: string, source?: string): URL;
export { AccessToken, AllowCallers, type Authentication, AuthenticationException, type AuthenticationProblem, BindingError, type BindingErrorCode, type BindingEvent, type CertificateHealth, CertificateHealthIndicator, type CertificateStatus, type CertificatesHealth, Claims, type Clock, ConfigurationError, type ConfigurationErrorCode, type CredentialType, type DownstreamAnswer, DownstreamError, type DownstreamErrorCode, type FailureKind, type FailureProblem, IAS_CLOCK, IAS_MONOTONIC_CLOCK, IAS_OPTION_OVERRIDES, IasAuthGuard, type IasCallOptions, type IasClaims, IasClient, IasClientModule, type IasClientOptions, IasError, type IasEventListener, type IasEventMap, type IasEventName, IasEvents, IasExceptionFilter, IasModule, type IasModuleOptions, type IasRequest, IasResponse, IasStreamResponse, IasTokenProvider, type IdentityBinding, IdentityBindings, InjectIasClient, type IssuerResolver, type KeySetStatus, LastSeen, type PossessionProof, Proof, ProofOfPossession, type ProofOfPossessionPolicy, Public, RawToken, type RedactedToken, type RejectionCode, RequireApi, type Resource, SecurityContext, type SignatureAlgorithm, TechnicalUserOnly, type TenantStatus, type TokenEndpointStatus, type TokenOptions, TokenRequestError, type TokenRequestErrorCode, type TokenRequestEvent, authenticationOf, documentationUrl, getIasClientToken, isDeployed, isLoopback, loadDefaultEnvironment, parseTargetUrl };
import * as _$_nestjs_common0 from "@nestjs/common";
import { Agent } from "node:https";
import { ArgumentsHost, CanActivate, CustomDecorator, DynamicModule, ExceptionFilter, ExecutionContext, HttpException, OnApplicationShutdown, OnModuleInit } from "@nestjs/common";
import { HttpAdapterHost, ModulesContainer, ReflectableDecorator, Reflector } from "@nestjs/core";
import { IdentityServiceSecurityContext } from "@sap/xssec";
import { IncomingHttpHeaders } from "node:http";
import { IncomingMessage } from "node:http";
import { Inject, InjectionToken, OnApplicationShutdown } from "@nestjs/common";
import { ModulesContainer } from "@nestjs/core";
import { Readable } from "node:stream";
import { SecureContext } from "node:tls";
import { z } from "zod";
interface Acceptance {
    readonly verdict: Verdict;
    readonly securityContext: IdentityServiceSecurityContext;
}
interface AccessTokenProperties {
    readonly value: string;
    readonly obtainedAt: number;
    readonly receivedAt: number;
    readonly expiresAt: number;
    readonly status?: number | undefined;
    readonly agent: Agent;
    readonly certificateThumbprint?: string | undefined;
}
interface ApiRequirement {
    readonly names: readonly string[];
    readonly any: boolean;
}
interface AuthenticatedCallsParts {
    readonly tokens: IasTokenProvider;
    readonly now: Clock;
    readonly createPool: (origin: string, agent: Agent) => ConnectionPool;
    readonly owner: string;
}
interface Authentication extends VerifiedCaller {
    readonly proof: PossessionProof;
}
interface AuthenticationProblem {
    readonly type: string;
    readonly title: string;
    readonly status: number;
    readonly detail: string;
    readonly code: RejectionCode;
}
interface BindingEvent {
    readonly binding: string;
    readonly certificateThumbprint: string | undefined;
    readonly certificateExpiresAt: number | undefined;
}
interface BindingSource {
    readonly instances: readonly BoundInstance[];
    readonly own: OwnKeyMaterial;
}
interface BoundInstance {
    readonly name: string;
    readonly credentials: unknown;
}
interface CallContext {
    requestOf(context: ExecutionContext): PlatformRequest | undefined;
    describe(rejection: AuthenticationException): void;
}
interface CertificateHealth {
    readonly binding: string;
    readonly status: CertificateStatus;
    readonly expiresAt: string;
    readonly daysLeft: number;
}
interface CertificatesHealth {
    readonly status: CertificateStatus;
    readonly certificates: readonly CertificateHealth[];
    readonly refusedChange?: string;
}
interface DownstreamAnswer {
    readonly status: number;
    readonly problemCode?: string | undefined;
    readonly body?: string | undefined;
    readonly retryAfter?: number | undefined;
}
interface ErrorDescription {
    readonly meaning: string;
    readonly remedy: string;
}
interface FailureDescription extends ErrorDescription {
    readonly kind: FailureKind;
}
interface FailureProblem {
    readonly type: string;
    readonly title: string;
    readonly status: 502 | 503 | 504;
    readonly detail: string;
    readonly code: TokenRequestErrorCode | DownstreamErrorCode;
}
interface Fetched<Value> {
    readonly value: Value;
    readonly freshness: Freshness;
}
interface FreshnessLimits {
    readonly reliedFor: number;
    readonly renewedAfter?: number;
}
interface HttpRequest {
    readonly method: string;
    readonly path: string;
    readonly headers: string[];
    readonly body: string | Uint8Array | Readable | null;
    readonly maxBytes: number;
    readonly toStreamError: ((error: Error) => Error) | undefined;
}
interface HttpResponse<Body = Buffer | Readable> {
    readonly status: number;
    readonly statusText: string;
    readonly headers: IncomingHttpHeaders;
    readonly body: Body;
}
interface IasCallOptions {
    readonly query?: URLSearchParams | Readonly<Record<string, string | number | boolean | readonly (string | number | boolean)[] | undefined>>;
    readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>;
    readonly json?: unknown;
    readonly body?: string | Uint8Array | URLSearchParams | FormData | Readable;
    readonly signal?: AbortSignal;
    readonly timeout?: number;
    readonly maxResponseBytes?: number;
    readonly onBehalfOf?: RedactedToken;
    readonly resource?: Resource | readonly Resource[];
    readonly appTid?: string;
}
interface IasClientOptions {
    readonly baseURL: string;
    readonly resource?: Resource | readonly Resource[];
    readonly appTid?: string;
    readonly timeout?: number;
    readonly correlationId?: () => string | undefined;
    readonly maxResponseBytes?: number;
}
interface IasEventMap {
    'token-request.started': TokenRequestEvent;
    'token-request.succeeded': TokenRequestEvent & {
        readonly durationMs: number;
        readonly expiresAt: number;
    };
    'token-request.failed': TokenRequestEvent & {
        readonly durationMs: number;
        readonly code: string;
    };
    'token.invalidated': {
        readonly certificateThumbprint: string | undefined;
    };
    'binding.renewed': {
        readonly bindings: readonly BindingEvent[];
    };
    'binding.refused': {
        readonly code: string;
    };
    'certificate.expiring': BindingEvent & {
        readonly certificateExpiresAt: number;
    };
    'keys.fetched': {
        readonly issuer: string;
        readonly keys: number;
    };
    'keys.failed': {
        readonly issuer: string;
        readonly code: 'keys_unavailable';
    };
    'circuit.opened': {
        readonly tenant: string;
    };
    'circuit.closed': {
        readonly tenant: string;
    };
    'cooldown.started': {
        readonly tenant: string;
        readonly binding: string;
        readonly until: number;
    };
    'cooldown.ended': {
        readonly tenant: string;
        readonly binding: string;
    };
}
interface IasModuleOptions {
    readonly outbound?: boolean;
    readonly credentials?: unknown;
    readonly loadDefaultEnv?: boolean;
    readonly serviceName?: string;
    readonly privateKeyFile?: string;
    readonly certificateFile?: string;
    readonly caFile?: string;
    readonly proofOfPossession?: ProofOfPossessionPolicy;
    readonly trustedCertHosts?: readonly string[];
    readonly certificateHops?: number;
    readonly rejectExpiredCertificates?: boolean;
    readonly trustedIssuers?: readonly string[];
    readonly issuerResolver?: IssuerResolver;
    readonly algorithms?: readonly SignatureAlgorithm[];
    readonly clockTolerance?: number;
    readonly allowMultipleAudiences?: boolean;
    readonly resource?: string;
    readonly allowedCallers?: readonly string[];
    readonly outageTolerance?: number;
    readonly tokenRequestTimeout?: number;
    readonly requireBoundTokens?: boolean;
    readonly userProperty?: string;
    readonly allowUnguarded?: boolean;
}
interface IasRequest extends IasCallOptions {
    readonly method?: string;
    readonly path: string;
}
interface IdentityBinding {
    readonly name: string;
    readonly credentialType: CredentialType;
    readonly clientId: string;
    readonly url: string;
    readonly domains: readonly string[];
    readonly appTid?: string;
    readonly certificate?: ClientCertificate;
    readonly clientSecret?: Redacted;
}
interface KeySetStatus extends RequestStatus {
    readonly keys?: number;
}
interface Metric {
    readonly name: string;
    readonly description: string;
    readonly unit: string;
}
interface Operation {
    readonly name: OperationName;
    readonly server: string;
    readonly attributes?: TelemetryAttributes;
    readonly errorTypeOf: (error: unknown) => string | undefined;
}
interface OwnKeyMaterial {
    readonly certificate?: string;
    readonly key?: string;
}
interface ParsedToken {
    readonly jwt: string;
    readonly header: TokenHeader;
    readonly claims: IasClaims;
    readonly signingInput: string;
    readonly signature: Buffer;
}
interface PlatformResponse {
    header(name: string, value: string): unknown;
}
interface PlatformSettings {
    readonly bindingsFile: string | undefined;
    readonly hasBindingsVariable: boolean;
    readonly bindingsFolder: string;
    readonly extraCaFile: string | undefined;
}
interface PresentedToken extends ParsedToken, TrustedTenant {
}
interface PublishedKey {
    readonly kid: string;
    readonly alg?: string;
    readonly [parameter: string]: unknown;
}
interface RegistrationExtras {
    readonly name?: string | undefined;
}
interface RequestStatus {
    readonly lastSuccess?: string;
    readonly lastFailure?: {
        readonly at: string;
        readonly code: string;
    };
}
interface RoutePolicy extends Demands {
    readonly isPublic: boolean;
}
interface Signer {
    readonly key: PublishedKey;
    readonly keySet: Fetched<KeySet>;
}
interface Telemetry {
    observe<T>(operation: Operation, work: () => Promise<T>): Promise<T>;
    counter(metric: Metric): (attributes: TelemetryAttributes) => void;
    gauge(metric: Metric, measure: () => Iterable<Measurement>): () => void;
}
interface TenantStatus {
    readonly tokenEndpoints: Readonly<Record<string, TokenEndpointStatus>>;
    readonly keySets: Readonly<Record<string, KeySetStatus>>;
}
interface TokenEndpointStatus extends RequestStatus {
    readonly circuit?: 'open';
    readonly coolingDownUntil?: string;
}
interface TokenHttpService {
    readonly axiosRef: {
        post(url: string, data: string, config: object): Promise<{
            readonly status: number;
            readonly data: string;
            readonly headers: Readonly<Record<string, unknown>>;
        }>;
    };
}
interface TokenOptions {
    readonly resource?: Resource | readonly Resource[];
    readonly appTid?: string;
    readonly signal?: AbortSignal;
}
interface TokenParties {
    readonly appTid: string | undefined;
    readonly azp: string | undefined;
    readonly azpAppTid: string | undefined;
}
interface TokenRequestEvent {
    readonly tenant: string;
    readonly grantType: string;
    readonly trigger: 'caller' | 'refresh';
}
interface TrustedTenant {
    readonly issuer: string;
    readonly binding: IdentityBinding;
}
interface VerifiedCaller {
    readonly token: RedactedToken;
    readonly claims: IasClaims;
    readonly securityContext: IdentityServiceSecurityContext;
}
interface VerifiedToken {
    readonly authentication: VerifiedCaller;
    readonly token: SignedToken;
    readonly freshness: Freshness;
    readonly keySet: Fetched<KeySet>;
    readonly verdict: Verdict;
}
type BindingErrorCode = keyof typeof BINDING_ERRORS;
type CertificateStatus = 'up' | 'degraded' | 'down';
type Clock = () => number;
type ConfigurationErrorCode = keyof typeof CONFIGURATION_ERRORS;
type CredentialType = (typeof CREDENTIAL_TYPES)[number];
type Demands = {
    readonly [Name in keyof typeof DEMANDS]: ValueOf<(typeof DEMANDS)[Name]> | undefined;
};
type DownstreamErrorCode = keyof typeof DOWNSTREAM_ERRORS;
type FailureKind = 'unavailable' | 'timeout' | 'refused';
type HttpClientLoader = () => Promise<TokenHttpService>;
type IasClaims = Readonly<z.infer<typeof tokenClaimsSchema>>;
type IasEventListener<Name extends IasEventName> = (event: Readonly<IasEventMap[Name]>) => unknown;
type IasEventName = keyof IasEventMap;
type IasSettings = z.infer<typeof optionsSchema> & {
    readonly platform: PlatformSettings;
};
type IssuerResolver = (issuer: string) => boolean | Promise<boolean>;
type KeySource = 'binding' | 'own';
type Measurement = readonly [
    value: number,
    attributes: TelemetryAttributes
];
type OperationName = 'ias.token.request' | 'ias.keys.fetch' | 'ias.verdict.fetch';
type PlatformRequest = IncomingMessage | {
    readonly raw: IncomingMessage;
};
type PossessionProof = (typeof POSSESSION_PROOFS)[number];
type ProofOfPossessionPolicy = (typeof PROOF_OF_POSSESSION_POLICIES)[number];
type Random = () => number;
type RejectionCode = keyof typeof REJECTIONS;
type Resource = string | {
    readonly dependency: string;
} | {
    readonly clientId: string;
    readonly appTid?: string;
} | {
    readonly api: string;
};
type SignatureAlgorithm = (typeof SIGNATURE_ALGORITHMS)[number];
type SignedToken = Pick<PresentedToken, 'issuer' | 'binding' | 'claims'>;
type TelemetryAttributes = Readonly<Record<string, string | number>>;
type TokenHeader = z.infer<typeof tokenHeaderSchema>;
type TokenRequestErrorCode = keyof typeof TOKEN_REQUEST_ERRORS;
type ValueOf<Decorator> = Decorator extends ReflectableDecorator<never, infer Value> ? Value : never;
type Verdict = Fetched<boolean>;
