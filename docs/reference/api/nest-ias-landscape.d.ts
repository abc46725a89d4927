declare class AdminServer {
    #private;
    readonly url: string;
    static start(settings: AdminSettings, landscape: AdministeredLandscape): Promise<AdminServer>;
    private constructor();
    stop(): Promise<void>;
}
declare class Application {
    #private;
    readonly clientId: string;
    readonly appTid: string;
    readonly tenantUrl: string;
    readonly tokenValidity: number;
    readonly providedApis: readonly string[];
    readonly grantTypes: readonly string[];
    readonly redirectUris: readonly string[] | undefined;
    readonly postLogoutRedirectUris: readonly string[] | undefined;
    readonly credentials: ApplicationCredentials;
    readonly assertions: ClientAssertions;
    constructor(home: HomeTenant, options: ApplicationOptions);
    dependOn(provider: Application, { name, apis }: DependencyOptions): void;
    trustKeys(keySet: JSONWebKeySet): void;
    dependencyNamed(name: string): Dependency | undefined;
    dependencyOn(clientId: string): Dependency | undefined;
    addSubscriber(appTid: string): void;
    serves(appTid: string): boolean;
    mayCall(clientId: string): boolean;
}
declare class ApplicationCredentials {
    #private;
    registerCertificate(certificate: X509Certificate): Unregister;
    registerSubject(subject: string): Unregister;
    refusalOf(certificate: X509Certificate): CertificateRefusal | undefined;
    addSecret(secret?: string): {
        readonly secret: string;
        readonly unregister: Unregister;
    };
    hasSecret(secret: string): boolean;
}
declare class BindingRegistry {
    #private;
    constructor(issuer: IdentityBindingIssuer, onBinding?: BindingListener);
    get all(): readonly NamedBinding[];
    freeName(): string;
    get(name: string): NamedBinding;
    add(name: string, content: NamedBindingRequest): Promise<NamedBinding>;
    rotate(name: string): Promise<NamedBinding>;
}
declare class ClientAssertions {
    #private;
    trust(keySet: JSONWebKeySet): void;
    refusalOf(assertion: string, expected: ExpectedAssertion): Promise<string | undefined>;
}
declare class ClientAuthority {
    #private;
    private constructor();
    static create(): Promise<ClientAuthority>;
    static restore(kept: KeptAuthority): ClientAuthority;
    keep(): KeptAuthority;
    get pem(): string;
    issueClientCertificate(request: ClientCertificateRequest): Promise<IssuedCertificate>;
    hasIssued(certificate: X509Certificate): boolean;
}
declare class ClientCertificateIssuer {
    #private;
    constructor(context: Context);
    issue(options: ClientCertificateOptions, application: Application): Promise<IssuedCertificate>;
}
declare class FaultRegistry {
    #private;
    constructor(onAdd: (fault: Fault) => void);
    add(content: Fault): void;
    clear(): void;
    list(): readonly Fault[];
    take(target: FaultTarget, kind?: Fault['kind']): Fault | undefined;
}
declare class IdentityBindingIssuer {
    #private;
    constructor(context: BindingIssuerContext);
    issue(request: BindingRequest, application: Application, kept?: IdentityCredentials): Promise<IdentityCredentials>;
    remove(credentials: IdentityCredentials): void;
}
declare class Landscape {
    #private;
    readonly ca: {
        readonly pem: string;
    };
    readonly tenant: Tenant;
    readonly router: Router;
    readonly admin: {
        readonly url: string;
        readonly token: string;
    };
    readonly application: Application;
    constructor(shared: SharedSettings, parts: Parts);
    get tenants(): readonly Tenant[];
    addTenant(options?: TenantOptions): Promise<Tenant>;
    issueBinding(request: BindingRequest, application?: Application): Promise<IdentityCredentials>;
    addBinding(name: string, request: BindingRequest, { application, publish, kept }?: AddedBindingOptions): Promise<IdentityCredentials>;
    rotateBinding(name: string): Promise<NamedBinding>;
    removeBinding(credentials: IdentityCredentials): void;
    issueCertificate(options: ClientCertificateOptions, application?: Application): Promise<IssuedCertificate>;
    issueServerCertificate({ dnsNames, ipAddresses, commonName }?: Partial<ServerNames>): Promise<IssuedCertificate>;
    vcapServices(credentials: IdentityCredentials, options?: VcapServicesOptions): VcapServices;
    trust(): RestoreTrust;
    caFile(): Promise<string>;
    stop(): Promise<void>;
}
declare class RequestCounters implements ConnectionCounters {
    token: number;
    jwks: number;
    discovery: number;
    handshakes: number;
    resumedSessions: number;
    connections: Readonly<Record<TenantEndpoint, ConnectionCounters>>;
    countHandshake(isResumed: boolean): void;
    countConnection(endpoint: TenantEndpoint, isResumed: boolean): void;
    snapshot(): Readonly<Omit<RequestCounters, 'countHandshake' | 'countConnection' | 'snapshot' | 'reset'>>;
    reset(): void;
}
declare class Router {
    #private;
    readonly url: string;
    readonly domain = "localhost";
    static start(settings: RouterSettings): Promise<Router>;
    private constructor();
    get hosts(): readonly string[];
    map(hostName: string, target: string | readonly string[], options?: RouteOptions): string;
    stop(): Promise<void>;
}
declare class ServerAuthority {
    #private;
    private constructor();
    get pem(): string;
    static create(hostNames?: readonly string[]): Promise<ServerAuthority>;
    static restore(kept: KeptAuthority, hostNames: readonly string[]): ServerAuthority;
    keep(): KeptAuthority;
    issueServerCertificate(request: ServerCertificateRequest): Promise<IssuedCertificate>;
    assertPermitted(names: AlternativeNames): void;
}
declare class StartError extends Error {
}
declare class Tenant {
    #private;
    readonly url: string;
    readonly appTid: string;
    readonly faults: FaultRegistry;
    readonly counters: RequestCounters;
    static start(settings: TenantSettings): Promise<Tenant>;
    private constructor();
    get requests(): readonly LoggedRequest[];
    get applications(): readonly Application[];
    get revokedCertificates(): readonly string[];
    get lockedClients(): readonly string[];
    limit(limits: TenantLimits): void;
    unlock(clientId?: string): void;
    reset(): void;
    addApplication(options?: ApplicationOptions): Application;
    subscribeTo(application: Application): void;
    prepare(): void;
    issueToken(options?: TokenOptions): Promise<string>;
    prepublishSigningKey(algorithm?: SigningAlgorithm): Promise<string>;
    rotateSigningKey(rotation: KeyRotation): Promise<string>;
    unpublishSigningKey(kid: string): void;
    publishJwk(jwk: JWK): void;
    revokeCertificate(certificate: string): string;
    stop(): Promise<void>;
}
declare const ATTRIBUTES: {
    readonly C: {
        readonly type: "2.5.4.6";
        readonly syntax: "printableString";
    };
    readonly CN: {
        readonly type: "2.5.4.3";
        readonly syntax: "utf8String";
    };
    readonly O: {
        readonly type: "2.5.4.10";
        readonly syntax: "utf8String";
    };
    readonly OU: {
        readonly type: "2.5.4.11";
        readonly syntax: "utf8String";
    };
};
declare const BINDING_FORMS: readonly [
    "default-env",
    "vcap-services",
    "service-key",
    "mounted-secret",
    "kubernetes-secret"
];
declare const CLIENT_CERTIFICATE_MODES: readonly [
    "sanitize_set",
    "always_forward",
    "istio"
];
declare const CLIENT_KEYS: readonly [
    "EC",
    "RSA-2048",
    "RSA-4096"
];
declare const CREDENTIAL_TYPES: readonly [
    "X509_GENERATED",
    "X509_PROVIDED",
    "X509_ATTESTED",
    "SECRET",
    "NONE"
];
declare const HASHES: {
    readonly RS256: "sha256";
    readonly RS512: "sha512";
    readonly PS256: "sha256";
    readonly ES256: "sha256";
};
declare const IAS_LIMITS: TenantLimits;
declare const faultSchema: z.ZodDiscriminatedUnion<[
    z.ZodObject<{
        milliseconds: z.ZodInt;
        endpoint: z.ZodEnum<{
            token: "token";
            jwks: "jwks";
            discovery: "discovery";
        }>;
        times: z.ZodOptional<z.ZodInt>;
        kind: z.ZodLiteral<"latency">;
    }, z.core.$strict>,
    z.ZodObject<{
        milliseconds: z.ZodInt;
        endpoint: z.ZodEnum<{
            token: "token";
            jwks: "jwks";
            discovery: "discovery";
        }>;
        times: z.ZodOptional<z.ZodInt>;
        kind: z.ZodLiteral<"drip">;
    }, z.core.$strict>,
    z.ZodObject<{
        endpoint: z.ZodEnum<{
            token: "token";
            jwks: "jwks";
            discovery: "discovery";
        }>;
        times: z.ZodOptional<z.ZodInt>;
        kind: z.ZodLiteral<"reset">;
    }, z.core.$strict>,
    z.ZodObject<{
        how: z.ZodEnum<{
            upgrade: "upgrade";
            close: "close";
            "half-close": "half-close";
            interim: "interim";
            truncate: "truncate";
            stall: "stall";
        }>;
        endpoint: z.ZodEnum<{
            token: "token";
            jwks: "jwks";
            discovery: "discovery";
        }>;
        times: z.ZodOptional<z.ZodInt>;
        kind: z.ZodLiteral<"break">;
    }, z.core.$strict>,
    z.ZodObject<{
        retryAfter: z.ZodOptional<z.ZodUnion<readonly [
            z.ZodInt,
            z.ZodString
        ]>>;
        endpoint: z.ZodEnum<{
            token: "token";
            jwks: "jwks";
            discovery: "discovery";
        }>;
        times: z.ZodOptional<z.ZodInt>;
        kind: z.ZodLiteral<"throttle">;
    }, z.core.$strict>,
    z.ZodObject<{
        status: z.ZodInt;
        endpoint: z.ZodEnum<{
            token: "token";
            jwks: "jwks";
            discovery: "discovery";
        }>;
        times: z.ZodOptional<z.ZodInt>;
        kind: z.ZodLiteral<"status">;
    }, z.core.$strict>,
    z.ZodObject<{
        body: z.ZodOptional<z.ZodString>;
        endpoint: z.ZodEnum<{
            token: "token";
            jwks: "jwks";
            discovery: "discovery";
        }>;
        times: z.ZodOptional<z.ZodInt>;
        kind: z.ZodLiteral<"malformed">;
    }, z.core.$strict>,
    z.ZodObject<{
        bytes: z.ZodInt;
        endpoint: z.ZodEnum<{
            token: "token";
            jwks: "jwks";
            discovery: "discovery";
        }>;
        times: z.ZodOptional<z.ZodInt>;
        kind: z.ZodLiteral<"oversized">;
    }, z.core.$strict>,
    z.ZodObject<{
        location: z.ZodURL;
        endpoint: z.ZodEnum<{
            token: "token";
            jwks: "jwks";
            discovery: "discovery";
        }>;
        times: z.ZodOptional<z.ZodInt>;
        kind: z.ZodLiteral<"redirect">;
    }, z.core.$strict>,
    z.ZodObject<{
        kind: z.ZodLiteral<"clock-skew">;
        endpoint: z.ZodLiteral<"token">;
        times: z.ZodOptional<z.ZodInt>;
        seconds: z.ZodInt;
    }, z.core.$strict>,
    z.ZodObject<{
        kind: z.ZodLiteral<"down">;
        endpoint: z.ZodLiteral<"connection">;
        times: z.ZodOptional<z.ZodInt>;
    }, z.core.$strict>,
    z.ZodObject<{
        kind: z.ZodLiteral<"expired-certificate">;
        endpoint: z.ZodLiteral<"connection">;
        times: z.ZodOptional<z.ZodInt>;
    }, z.core.$strict>
], "kind">;
declare const landscapeConfigSchema: z.ZodObject<{
    $schema: z.ZodExactOptional<z.ZodString>;
    listen: z.ZodExactOptional<z.ZodString>;
    adminListen: z.ZodExactOptional<z.ZodString>;
    hostNames: z.ZodExactOptional<z.ZodArray<z.ZodString>>;
    tenantHost: z.ZodExactOptional<z.ZodString>;
    ports: z.ZodExactOptional<z.ZodObject<{
        ias: z.ZodExactOptional<z.ZodInt>;
        router: z.ZodExactOptional<z.ZodInt>;
        admin: z.ZodExactOptional<z.ZodInt>;
    }, z.core.$strict>>;
    appTid: z.ZodExactOptional<z.ZodString>;
    customIssuer: z.ZodExactOptional<z.ZodString>;
    limits: z.ZodExactOptional<z.ZodObject<{
        requestsPerMinute: z.ZodOptional<z.ZodInt>;
        requestsPerSecondOfAddress: z.ZodOptional<z.ZodInt>;
        failedAttempts: z.ZodOptional<z.ZodInt>;
    }, z.core.$strict>>;
    users: z.ZodExactOptional<z.ZodArray<z.ZodObject<{
        id: z.ZodString;
        email: z.ZodExactOptional<z.ZodString>;
        givenName: z.ZodExactOptional<z.ZodString>;
        familyName: z.ZodExactOptional<z.ZodString>;
        groups: z.ZodExactOptional<z.ZodArray<z.ZodString>>;
    }, z.core.$strict>>>;
    clientKey: z.ZodExactOptional<z.ZodEnum<{
        EC: "EC";
        "RSA-2048": "RSA-2048";
        "RSA-4096": "RSA-4096";
    }>>;
    acceptEmptySecret: z.ZodExactOptional<z.ZodBoolean>;
    applications: z.ZodExactOptional<z.ZodRecord<z.ZodString, z.ZodObject<{
        clientId: z.ZodExactOptional<z.ZodString>;
        tenant: z.ZodExactOptional<z.ZodString>;
        providedApis: z.ZodExactOptional<z.ZodArray<z.ZodString>>;
        grantTypes: z.ZodExactOptional<z.ZodArray<z.ZodString>>;
        redirectUris: z.ZodExactOptional<z.ZodArray<z.ZodString>>;
        postLogoutRedirectUris: z.ZodExactOptional<z.ZodArray<z.ZodString>>;
        tokenValidity: z.ZodExactOptional<z.ZodInt>;
        dependencies: z.ZodExactOptional<z.ZodRecord<z.ZodString, z.ZodObject<{
            application: z.ZodString;
            apis: z.ZodExactOptional<z.ZodArray<z.ZodString>>;
        }, z.core.$strict>>>;
    }, z.core.$strict>>>;
    tenants: z.ZodExactOptional<z.ZodRecord<z.ZodString, z.ZodObject<{
        host: z.ZodExactOptional<z.ZodString>;
        port: z.ZodExactOptional<z.ZodInt>;
        appTid: z.ZodExactOptional<z.ZodString>;
        customIssuer: z.ZodExactOptional<z.ZodString>;
        limits: z.ZodExactOptional<z.ZodObject<{
            requestsPerMinute: z.ZodOptional<z.ZodInt>;
            requestsPerSecondOfAddress: z.ZodOptional<z.ZodInt>;
            failedAttempts: z.ZodOptional<z.ZodInt>;
        }, z.core.$strict>>;
        users: z.ZodExactOptional<z.ZodArray<z.ZodObject<{
            id: z.ZodString;
            email: z.ZodExactOptional<z.ZodString>;
            givenName: z.ZodExactOptional<z.ZodString>;
            familyName: z.ZodExactOptional<z.ZodString>;
            groups: z.ZodExactOptional<z.ZodArray<z.ZodString>>;
        }, z.core.$strict>>>;
        subscribesTo: z.ZodExactOptional<z.ZodArray<z.ZodString>>;
    }, z.core.$strict>>>;
    bindings: z.ZodExactOptional<z.ZodRecord<z.ZodString, z.ZodObject<{
        application: z.ZodExactOptional<z.ZodString>;
        parameters: z.ZodExactOptional<z.ZodDiscriminatedUnion<[
            z.ZodObject<{
                type: z.ZodLiteral<"X509_GENERATED">;
                appIdentifier: z.ZodExactOptional<z.ZodString>;
                key: z.ZodExactOptional<z.ZodEnum<{
                    EC: "EC";
                    "RSA-2048": "RSA-2048";
                    "RSA-4096": "RSA-4096";
                }>>;
                validityDays: z.ZodExactOptional<z.ZodNumber>;
                startsInDays: z.ZodExactOptional<z.ZodNumber>;
            }, z.core.$strict>,
            z.ZodObject<{
                type: z.ZodLiteral<"X509_PROVIDED">;
                certificate: z.ZodString;
            }, z.core.$strict>,
            z.ZodObject<{
                type: z.ZodLiteral<"X509_ATTESTED">;
                certificate: z.ZodString;
            }, z.core.$strict>,
            z.ZodObject<{
                type: z.ZodLiteral<"SECRET">;
            }, z.core.$strict>,
            z.ZodObject<{
                type: z.ZodLiteral<"NONE">;
            }, z.core.$strict>
        ], "type">>;
        instance: z.ZodExactOptional<z.ZodString>;
        write: z.ZodExactOptional<z.ZodArray<z.ZodObject<{
            form: z.ZodEnum<{
                "default-env": "default-env";
                "vcap-services": "vcap-services";
                "service-key": "service-key";
                "mounted-secret": "mounted-secret";
                "kubernetes-secret": "kubernetes-secret";
            }>;
            path: z.ZodString;
            environment: z.ZodExactOptional<z.ZodRecord<z.ZodString, z.ZodString>>;
        }, z.core.$strict>>>;
    }, z.core.$strict>>>;
    routes: z.ZodExactOptional<z.ZodRecord<z.ZodString, z.ZodUnion<readonly [
        z.ZodString,
        z.ZodObject<{
            clientCertificate: z.ZodOptional<z.ZodEnum<{
                sanitize_set: "sanitize_set";
                always_forward: "always_forward";
                istio: "istio";
            }>>;
            responseTimeoutMilliseconds: z.ZodOptional<z.ZodInt>;
            url: z.ZodUnion<readonly [
                z.ZodString,
                z.ZodArray<z.ZodString>
            ]>;
        }, z.core.$strict>
    ]>>>;
}, z.core.$strict>;
declare const tenantLimitsSchema: z.ZodObject<{
    requestsPerMinute: z.ZodOptional<z.ZodInt>;
    requestsPerSecondOfAddress: z.ZodOptional<z.ZodInt>;
    failedAttempts: z.ZodOptional<z.ZodInt>;
}, z.core.$strict>;
declare function certificateThumbprint(certificate: X509Certificate): string;
declare function mountBinding(root: string, credentials: IdentityCredentials, { instanceName, layout, symlinks }?: MountOptions): Promise<string>;
declare function runLandscape(run: LandscapeRun): Promise<void>;
declare function startLandscape(options?: LandscapeOptions): Promise<Landscape>;
declare function writeFileAtomically(path: string, content: string, mode: number): Promise<void>;
declare function writeSecretJson(path: string, content: object): Promise<void>;
export { type AddedBindingOptions, type Application, type ApplicationOptions, type BindingForm, type BindingRequest, type ClientCertificateMode, type ClientCertificateOptions, type ClientKey, type CredentialType, type DependencyOptions, type Fault, IAS_LIMITS, type IdentityCredentials, type IssuedCertificate, type KeyRotation, Landscape, type LandscapeConfig, type LandscapeOptions, type LandscapeRun, type LoggedRequest, type MintingOptions, type MountOptions, type NamedBinding, type RestoreTrust, type RouteOptions, type RunningLandscape, type ServerNames, type SigningAlgorithm, StartError, type Tenant, type TenantLimits, type TenantOptions, type TenantUser, type TokenOptions, type VcapServices, certificateThumbprint, mountBinding, runLandscape, startLandscape, writeFileAtomically, writeSecretJson };
import { IncomingHttpHeaders } from "node:http";
import { KeyObject, X509Certificate } from "node:crypto";
import { z } from "zod";
interface AddedBindingOptions {
    readonly application?: Application;
    readonly publish?: (credentials: IdentityCredentials) => Promise<void>;
    readonly kept?: IdentityCredentials;
}
interface AdminSettings {
    readonly host: string;
    readonly port: number;
    readonly token: string;
    readonly certificate: IssuedCertificate;
    readonly hostNames: readonly string[];
}
interface AdministeredLandscape {
    readonly tenants: readonly AdministeredTenant[];
    readonly router: {
        readonly url: string;
        readonly hosts: readonly string[];
        map(hostName: string, target: string | readonly string[], options?: RouteOptions): string;
    };
    readonly bindings: BindingRegistry;
    readonly onRevocation?: (() => Promise<void>) | undefined;
}
interface AlternativeNames {
    readonly dnsNames: readonly string[];
    readonly ipAddresses: readonly string[];
}
interface ApplicationOptions {
    readonly clientId?: string;
    readonly tokenValidity?: number;
    readonly providedApis?: readonly string[];
    readonly grantTypes?: readonly string[];
    readonly redirectUris?: readonly string[];
    readonly postLogoutRedirectUris?: readonly string[];
}
interface AttestedCertificateRequest {
    readonly type: 'X509_ATTESTED';
    readonly certificate: string;
}
interface BindingIssuerContext {
    readonly clients: ClientAuthority;
    readonly domains: () => readonly string[];
    readonly clientCertificates: ClientCertificateIssuer;
}
interface CertificateLifetime {
    readonly validityDays?: number;
    readonly startsInDays?: number;
}
interface ClientCertificateOptions extends CertificateLifetime {
    readonly commonName: string;
    readonly key?: ClientKey;
}
interface ClientCertificateRequest {
    readonly subject: DistinguishedName;
    readonly key: ClientKey;
    readonly validity: Validity;
}
interface ConnectionCounters {
    handshakes: number;
    resumedSessions: number;
}
interface Context {
    readonly clients: ClientAuthority;
    readonly clientKey?: ClientKey | undefined;
    readonly now: () => number;
}
interface Dependency {
    readonly provider: Application;
    readonly apis: readonly string[];
}
interface DependencyOptions {
    readonly name: string;
    readonly apis?: readonly string[];
}
interface ExpectedAssertion {
    readonly clientId: string;
    readonly audiences: readonly string[];
    readonly now: number;
}
interface GeneratedCertificateRequest extends CertificateLifetime {
    readonly type: 'X509_GENERATED';
    readonly appIdentifier?: string;
    readonly key?: ClientKey;
}
interface HomeTenant {
    readonly url: string;
    readonly appTid: string;
}
interface IdentityCredentials {
    readonly clientid: string;
    readonly app_tid: string;
    readonly url: string;
    readonly domain: string;
    readonly domains: readonly string[];
    readonly 'credential-type': CredentialType;
    readonly 'btp-tenant-api': string;
    readonly authorization_endpoint: string;
    readonly end_session_endpoint: string;
    readonly certificate?: string;
    readonly key?: string;
    readonly certificate_expires_at?: string;
    readonly clientsecret?: string;
}
interface IssuedCertificate {
    readonly leaf: X509Certificate;
    readonly certificate: string;
    readonly key: string;
}
interface JSONWebKeySet {
    keys: JWK[];
}
interface KeptAuthority {
    readonly root: string;
    readonly certificate: string;
    readonly key: string;
}
interface KeyRotation {
    readonly keepOld: boolean;
    readonly algorithm?: SigningAlgorithm;
}
interface LandscapeOptions extends ApplicationOptions {
    readonly host?: string;
    readonly hostNames?: readonly string[];
    readonly tenantHost?: string;
    readonly tenantPort?: number;
    readonly routerPort?: number;
    readonly adminHost?: string;
    readonly adminPort?: number;
    readonly adminToken?: string;
    readonly clientKey?: ClientKey;
    readonly appTid?: string;
    readonly customIssuer?: string;
    readonly limits?: TenantLimits;
    readonly users?: readonly TenantUser[];
    readonly acceptEmptySecret?: boolean;
    readonly now?: () => number;
}
interface LandscapeRun {
    readonly config: LandscapeConfig;
    readonly root: string;
    readonly adminToken?: string | undefined;
    readonly settingOf: (port: 'ias' | 'router' | 'admin') => string;
    readonly keep?: boolean;
    readonly print: (line: string) => void;
    readonly printError: (line: string) => void;
    readonly ready: (running: RunningLandscape) => void;
    readonly ended: Promise<void>;
}
interface LandscapeUrls {
    readonly ias: string;
    readonly router: string;
    readonly admin: string;
}
interface LoggedRequest {
    readonly time: number;
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<IncomingHttpHeaders>;
    readonly form: URLSearchParams | undefined;
    readonly clientCertificateThumbprint?: string;
    readonly status: number;
    readonly refusal?: string;
    readonly reason?: string;
}
interface MintingOptions {
    readonly claims?: Readonly<Record<string, unknown>>;
    readonly header?: Readonly<Record<string, unknown>>;
    readonly certificate?: string;
    readonly key?: string | KeyObject;
}
interface MountOptions {
    readonly instanceName?: string;
    readonly layout?: 'sapcp' | 'servicebinding';
    readonly symlinks?: boolean;
}
interface NamedBinding {
    readonly name: string;
    readonly type: CredentialType;
    readonly application: Application;
    readonly credentials: IdentityCredentials;
    readonly isPublished: boolean;
}
interface NamedBindingRequest {
    readonly request: BindingRequest;
    readonly application: Application;
    readonly publish?: ((credentials: IdentityCredentials) => Promise<void>) | undefined;
    readonly kept?: IdentityCredentials | undefined;
}
interface Parts {
    readonly tenant: Tenant;
    readonly tenants: Tenant[];
    readonly router: Router;
    readonly admin: AdminServer;
    readonly adminToken: string;
    readonly application: Application;
    readonly clientCertificates: ClientCertificateIssuer;
    readonly issuer: IdentityBindingIssuer;
    readonly bindings: BindingRegistry;
}
interface ProvidedCertificateRequest {
    readonly type: 'X509_PROVIDED';
    readonly certificate: string;
}
interface RouteOptions {
    readonly clientCertificate?: ClientCertificateMode;
    readonly responseTimeoutMilliseconds?: number;
}
interface RouterSettings {
    readonly servers: ServerAuthority;
    readonly clients: ClientAuthority;
    readonly serverCertificate: IssuedCertificate;
    readonly host: string;
    readonly port: number;
    readonly now: () => number;
}
interface RunningLandscape extends LandscapeUrls {
    readonly routes: Readonly<Record<string, string>>;
    readonly caFile: string;
    readonly adminTokenFile: string;
    readonly serviceKeyFile: string;
}
interface ServerCertificateRequest extends ServerNames {
    readonly validity: Validity;
}
interface ServerNames extends AlternativeNames {
    readonly commonName?: string;
}
interface SharedSettings {
    readonly servers: ServerAuthority;
    readonly clients: ClientAuthority;
    readonly serverCertificate: IssuedCertificate;
    readonly hostNames: readonly string[];
    readonly host: string;
    readonly acceptEmptySecret: boolean;
    readonly logins: () => readonly TenantLogin[];
    readonly onRequest: ((request: LoggedRequest) => void) | undefined;
    readonly now: () => number;
}
interface TenantLogin {
    readonly url: string;
    readonly appTid: string;
    readonly subdomain: string;
}
interface TenantOptions {
    readonly host?: string;
    readonly port?: number;
    readonly appTid?: string;
    readonly customIssuer?: string;
    readonly limits?: TenantLimits;
    readonly users?: readonly TenantUser[];
}
interface TenantServerSettings {
    readonly servers: ServerAuthority;
    readonly clients: ClientAuthority;
    readonly serverCertificate: IssuedCertificate;
}
interface TenantSettings extends TenantServerSettings {
    readonly appTid: string;
    readonly customIssuer: string | undefined;
    readonly limits: TenantLimits;
    readonly acceptEmptySecret: boolean;
    readonly host: string;
    readonly hostName: string;
    readonly port: number;
    readonly users: readonly TenantUser[];
    readonly logins: () => readonly TenantLogin[];
    readonly onRequest: ((request: LoggedRequest) => void) | undefined;
    readonly now: () => number;
}
interface TenantUser {
    readonly id: string;
    readonly email?: string;
    readonly givenName?: string;
    readonly familyName?: string;
    readonly groups?: readonly string[];
}
interface TokenOptions extends MintingOptions {
    readonly application?: Application;
    readonly user?: TenantUser;
}
interface Validity {
    readonly notBefore: Date;
    readonly notAfter: Date;
}
interface VcapService {
    readonly label: 'identity';
    readonly plan: 'application';
    readonly name: string;
    readonly instance_name: string;
    readonly instance_guid: string;
    readonly binding_guid: string;
    readonly binding_name: null;
    readonly tags: readonly string[];
    readonly provider: null;
    readonly syslog_drain_url: null;
    readonly volume_mounts: readonly never[];
    readonly credentials: IdentityCredentials;
}
interface VcapServices {
    readonly identity: readonly [
        VcapService
    ];
}
interface VcapServicesOptions {
    readonly instanceName?: string;
}
type AdministeredTenant = Pick<Tenant, 'url' | 'appTid' | 'faults' | 'counters' | 'lockedClients' | 'requests' | 'applications' | 'limit' | 'unlock' | 'issueToken' | 'revokeCertificate' | 'rotateSigningKey'>;
type BindingForm = (typeof BINDING_FORMS)[number];
type BindingListener = (binding: NamedBinding & {
    readonly request: BindingRequest;
}) => Promise<void>;
type BindingRequest = GeneratedCertificateRequest | ProvidedCertificateRequest | AttestedCertificateRequest | {
    readonly type: 'SECRET' | 'NONE';
};
type CertificateRefusal = 'certificate_unknown' | 'certificate_unbound';
type ClientCertificateMode = (typeof CLIENT_CERTIFICATE_MODES)[number];
type ClientKey = (typeof CLIENT_KEYS)[number];
type CredentialType = (typeof CREDENTIAL_TYPES)[number];
type DistinguishedName = readonly (readonly [
    attribute: keyof typeof ATTRIBUTES,
    value: string
])[];
type Fault = Readonly<z.infer<typeof faultSchema>>;
type FaultTarget = Fault['endpoint'];
type JWEContentEncryptionAlgorithm = 'A128CBC-HS256' | 'A192CBC-HS384' | 'A256CBC-HS512' | 'A128GCM' | 'A192GCM' | 'A256GCM' | (string & {});
type JWEKeyManagementAlgorithm = 'dir' | 'A128KW' | 'A192KW' | 'A256KW' | 'A128GCMKW' | 'A192GCMKW' | 'A256GCMKW' | 'ECDH-ES' | 'ECDH-ES+A128KW' | 'ECDH-ES+A192KW' | 'ECDH-ES+A256KW' | 'RSA-OAEP' | 'RSA-OAEP-256' | 'RSA-OAEP-384' | 'RSA-OAEP-512' | 'PBES2-HS256+A128KW' | 'PBES2-HS384+A192KW' | 'PBES2-HS512+A256KW' | (string & {});
type JWK = {
    kty?: JWKKeyType;
    alg?: JWSAlgorithm | JWEKeyManagementAlgorithm | JWEContentEncryptionAlgorithm;
    key_ops?: string[];
    ext?: boolean;
    use?: 'sig' | 'enc' | (string & {});
    x5c?: string[];
    x5t?: string;
    'x5t#S256'?: string;
    x5u?: string;
    kid?: string;
    crv?: string;
    d?: string;
    dp?: string;
    dq?: string;
    e?: string;
    k?: string;
    n?: string;
    p?: string;
    q?: string;
    qi?: string;
    x?: string;
    y?: string;
    pub?: string;
    priv?: string;
    oth?: Array<{
        d?: string;
        r?: string;
        t?: string;
    }>;
};
type JWKKeyType = 'EC' | 'RSA' | 'OKP' | 'AKP' | 'oct' | (string & {});
type JWSAlgorithm = 'HS256' | 'HS384' | 'HS512' | 'RS256' | 'RS384' | 'RS512' | 'PS256' | 'PS384' | 'PS512' | 'ES256' | 'ES384' | 'ES512' | 'EdDSA' | 'Ed25519' | 'ML-DSA-44' | 'ML-DSA-65' | 'ML-DSA-87' | (string & {});
type LandscapeConfig = Readonly<z.infer<typeof landscapeConfigSchema>>;
type RestoreTrust = () => void;
type SigningAlgorithm = keyof typeof HASHES;
type TenantEndpoint = 'token' | 'jwks' | 'discovery';
type TenantLimits = Readonly<z.infer<typeof tenantLimitsSchema>>;
type Unregister = () => void;
