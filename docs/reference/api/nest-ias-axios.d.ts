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
declare class AuthenticatedCalls {
    #private;
    readonly target: URL;
    readonly maxResponseBytes: number;
    constructor(options: IasClientOptions, parts: AuthenticatedCallsParts);
    send(request: IasRequest, streams: boolean): Promise<HttpResponse>;
    failureOf(error: unknown, signal: AbortSignal | undefined): IasError;
    close(): void;
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
declare class IasHttpModule extends ConfigurableModuleClass {
    constructor(modules: ModulesContainer);
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
declare const BINDING_ERRORS: Readonly<Record<"binding_missing" | "binding_unreadable" | "binding_ambiguous" | "binding_invalid" | "binding_certificate_invalid" | "binding_certificate_expired" | "binding_cannot_fetch_tokens", ErrorDescription>>;
declare const CONFIGURATION_ERRORS: Readonly<Record<"configuration_invalid" | "module_missing" | "guard_missing", ErrorDescription>>;
declare const CREDENTIAL_TYPES: readonly [
    "SECRET",
    "X509_GENERATED",
    "X509_PROVIDED",
    "X509_ATTESTED",
    "NONE"
];
declare const ConfigurableModuleClass: _$_nestjs_common0.ConfigurableModuleCls<IasClientOptions, "register", "create", RegistrationExtras>;
declare const DOWNSTREAM_ERRORS: Readonly<Record<"downstream_unreachable" | "downstream_overloaded" | "downstream_timeout" | "downstream_untrusted" | "downstream_rejected" | "downstream_failed" | "downstream_malformed" | "downstream_aborted" | "downstream_request_invalid" | "downstream_forbidden_target", FailureDescription>>;
declare const IAS_CLOCK: unique symbol;
declare const IAS_MONOTONIC_CLOCK: unique symbol;
declare const IAS_OPTION_OVERRIDES: unique symbol;
declare const PROOF_OF_POSSESSION_POLICIES: readonly [
    "off",
    "if-bound",
    "required"
];
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
declare const TOKEN_REQUEST_ERRORS: Readonly<Record<"token_endpoint_unreachable" | "token_endpoint_overloaded" | "token_endpoint_unavailable" | "token_endpoint_circuit_open" | "client_cooling_down" | "token_endpoint_timeout" | "token_endpoint_untrusted" | "token_endpoint_redirected" | "client_rejected" | "assertion_rejected" | "token_request_rejected" | "token_response_too_large" | "token_response_malformed" | "token_type_unsupported" | "token_not_bound" | "token_request_aborted", FailureDescription>>;
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
declare function InjectIasClient(name?: string): ReturnType<typeof Inject>;
declare function InjectIasHttp(name?: string): ReturnType<typeof Inject>;
declare function documentationUrl(code: string): string;
declare function getIasClientToken(name?: string): InjectionToken<IasClient>;
declare function getIasHttpToken(name?: string): InjectionToken<HttpService>;
declare function loadDefaultEnvironment(files: readonly string[]): void;
export { IasHttpModule, type IasHttpModuleOptions, InjectIasHttp, getIasHttpToken };
import * as _$_nestjs_common0 from "@nestjs/common";
import { Agent } from "node:https";
import { HttpService } from "@nestjs/axios";
import { IncomingHttpHeaders } from "node:http";
import { Inject, InjectionToken } from "@nestjs/common";
import { Inject, InjectionToken, OnApplicationShutdown } from "@nestjs/common";
import { ModulesContainer } from "@nestjs/core";
import { Readable } from "node:stream";
import { SecureContext } from "node:tls";
import { z } from "zod";
interface AccessTokenProperties {
    readonly value: string;
    readonly obtainedAt: number;
    readonly receivedAt: number;
    readonly expiresAt: number;
    readonly status?: number | undefined;
    readonly agent: Agent;
    readonly certificateThumbprint?: string | undefined;
}
interface AuthenticatedCallsParts {
    readonly tokens: IasTokenProvider;
    readonly now: Clock;
    readonly createPool: (origin: string, agent: Agent) => ConnectionPool;
    readonly owner: string;
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
interface PlatformSettings {
    readonly bindingsFile: string | undefined;
    readonly hasBindingsVariable: boolean;
    readonly bindingsFolder: string;
    readonly extraCaFile: string | undefined;
}
interface RegistrationExtras {
    readonly name?: string | undefined;
}
interface Telemetry {
    observe<T>(operation: Operation, work: () => Promise<T>): Promise<T>;
    counter(metric: Metric): (attributes: TelemetryAttributes) => void;
    gauge(metric: Metric, measure: () => Iterable<Measurement>): () => void;
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
interface TokenRequestEvent {
    readonly tenant: string;
    readonly grantType: string;
    readonly trigger: 'caller' | 'refresh';
}
type BindingErrorCode = keyof typeof BINDING_ERRORS;
type Clock = () => number;
type ConfigurationErrorCode = keyof typeof CONFIGURATION_ERRORS;
type CredentialType = (typeof CREDENTIAL_TYPES)[number];
type DownstreamErrorCode = keyof typeof DOWNSTREAM_ERRORS;
type FailureKind = 'unavailable' | 'timeout' | 'refused';
type HttpClientLoader = () => Promise<TokenHttpService>;
type IasEventListener<Name extends IasEventName> = (event: Readonly<IasEventMap[Name]>) => unknown;
type IasEventName = keyof IasEventMap;
type IasHttpModuleOptions = IasClientOptions;
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
type ProofOfPossessionPolicy = (typeof PROOF_OF_POSSESSION_POLICIES)[number];
type Random = () => number;
type Resource = string | {
    readonly dependency: string;
} | {
    readonly clientId: string;
    readonly appTid?: string;
} | {
    readonly api: string;
};
type SignatureAlgorithm = (typeof SIGNATURE_ALGORITHMS)[number];
type TelemetryAttributes = Readonly<Record<string, string | number>>;
type TokenRequestErrorCode = keyof typeof TOKEN_REQUEST_ERRORS;
