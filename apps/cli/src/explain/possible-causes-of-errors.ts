import type { ERROR_EVIDENCE } from './error-evidence.js';

/** One of several reasons why a code appears, and what to do about it. */
export type PossibleCause = readonly [cause: string, remedy: string];

const RESTAGE = 'Bind the instance again and restage the app: ias rotate APP prints the commands.';
const URL_OF_TENANT =
  'Correct "url": use only the URL of the tenant, such as https://<tenant>.accounts.ondemand.com.';
const INTERCEPTION = 'Exempt the host of the tenant from TLS interception.';
export const RESTRICTED_NETWORK: PossibleCause = [
  'A firewall, a network policy or a name server of the platform keeps the app from reaching the tenant.',
  'Allow outgoing connections to port 443 of the tenant, and run ias doctor where the app runs.',
];

/** The causes of codes that have more than one, the most frequent first. */
export type PossibleCauses<Code extends string> = Readonly<Partial<Record<Code, readonly PossibleCause[]>>>;

/** For errors of `nest-ias`. Other codes have the one cause of their table. */
export const POSSIBLE_CAUSES_OF_ERRORS: PossibleCauses<keyof typeof ERROR_EVIDENCE> = {
  binding_missing: [
    [
      'The app was never bound, or it was bound after its last start.',
      'Bind the instance, and restage the app.',
    ],
    [
      'The service has another label, or is user-provided.',
      'Bind an instance of the service "identity" itself.',
    ],
    [
      'IAS_SERVICE_NAME names another instance.',
      'Correct the name, or remove the variable if one instance is bound.',
    ],
    ['No landscape has written default-env.json on your machine.', 'Start the landscape: npm run landscape'],
  ],
  binding_unreadable: [
    [
      'The variable or file is not JSON, for example because a shell removed its quotes.',
      'Write the original text again.',
    ],
    [
      'The path in VCAP_SERVICES_FILE_PATH is wrong, or the app may not read the file.',
      'Correct the path or its permissions.',
    ],
  ],
  binding_invalid: [
    [
      'The binding was edited: a property is missing, empty or null.',
      'Restore the original: cf env APP, or cf service-key INSTANCE KEY.',
    ],
    [
      'The binding is for XSUAA, or for a user-provided service with other properties.',
      'Bind an instance of the service "identity".',
    ],
    ['"url" is not under "domains", or contains a path.', URL_OF_TENANT],
  ],
  binding_certificate_invalid: [
    [
      'Line breaks were lost, or the text was truncated when the binding was copied.',
      'Copy it again as JSON, with \\n between the lines.',
    ],
    ['Certificate and key are from different bindings.', 'Take both from the same binding.'],
    [
      'The key is encrypted. The apps have no passphrase.',
      'Write the key without a passphrase, readable by the app only.',
    ],
    [
      'IAS_PRIVATE_KEY_FILE does not belong to the certificate (X509_PROVIDED, X509_ATTESTED).',
      'Replace both files together.',
    ],
  ],
  binding_certificate_expired: [
    [
      'The app was last bound more than 30 days ago, and a generated certificate is valid for at most 30 days.',
      RESTAGE,
    ],
    ['The service key is old.', 'Create a new one: cf create-service-key'],
    [
      'In Kyma, the ServiceBinding has no credentialsRotationPolicy.',
      'Add one that rotates the credentials before the certificate expires.',
    ],
    ['The clock of the machine is wrong.', 'Compare it with date -u, and synchronise it.'],
  ],
  binding_cannot_fetch_tokens: [
    ['The binding has credential-type NONE, which is for apps that only validate tokens.', RESTAGE],
    ['The type is X509_PROVIDED, and the app has no key.', 'Set IAS_PRIVATE_KEY_FILE.'],
    [
      'The type is X509_ATTESTED, and no variable names its files.',
      'Set IAS_PRIVATE_KEY_FILE and IAS_CERTIFICATE_FILE.',
    ],
  ],
  configuration_invalid: [
    ['A variable or option has an invalid value.', 'Correct the value that the message names.'],
    [
      'HTTPS_PROXY or ALL_PROXY applies to the tenant. A proxy cannot forward the client certificate.',
      'Add the host of the tenant to NO_PROXY.',
    ],
    ['NODE_TLS_REJECT_UNAUTHORIZED=0 is set.', 'Remove it, and name the authority to trust in IAS_CA_FILE.'],
    ['A file that a variable names cannot be read.', 'Correct its path or its permissions.'],
  ],
  token_endpoint_unreachable: [
    ['The host in "url" does not exist: it is misspelt, or the tenant was deleted.', URL_OF_TENANT],
    RESTRICTED_NETWORK,
    ['The connection broke while the tenant was restarting.', 'Wait: the app repeats the request.'],
    [
      'The local landscape has stopped, or has other ports after a restart.',
      'Start it again: npm run landscape',
    ],
  ],
  token_endpoint_timeout: [
    RESTRICTED_NETWORK,
    ['The tenant is slow or overloaded.', 'Wait: the app repeats the request.'],
  ],
  token_endpoint_overloaded: [
    [
      'An app fetches a token for each request instead of caching it.',
      'Use one token until it is about to expire, as nest-ias does.',
    ],
    ['Many instances behind one address restart together.', 'Wait: the app repeats the request.'],
  ],
  token_endpoint_untrusted: [
    ['A proxy intercepts TLS and presents its own certificate.', INTERCEPTION],
    [
      'The tenant is a local landscape, whose authority the process does not trust.',
      'Set IAS_CA_FILE to .landscape/ca.pem.',
    ],
    ['"url" points to the wrong server.', URL_OF_TENANT],
    [
      'The clock of the machine is wrong, so that a valid certificate looks expired.',
      'Compare it with date -u, and synchronise it.',
    ],
  ],
  client_rejected: [
    ['The binding was deleted or rotated, and the app still has the old certificate.', RESTAGE],
    ['The certificate was revoked, or the client secret was replaced.', RESTAGE],
    [
      'The instance was deleted or recreated, so the tenant does not know the client id.',
      'Bind the new instance.',
    ],
    [
      'Five failed attempts locked the client for 60 minutes.',
      'Stop the app that sends wrong credentials, and unlock the client or wait.',
    ],
    [
      'The chain lacks the intermediate certificate.',
      'Send the whole chain, the certificate of the app first.',
    ],
  ],
  client_cooling_down: [
    ['The tenant rejected the client before: see client_rejected.', 'ias explain client_rejected'],
  ],
  assertion_rejected: [
    ['The token of the user is expired or revoked.', 'Ask the user to log on again.'],
    [
      'The token is from another tenant, or for another application.',
      'Compare iss and aud with the binding: ias inspect',
    ],
  ],
  token_request_rejected: [
    [
      'The dependency in "resource" is misspelt or not configured.',
      'Compare it with the dependencies of the application in the tenant.',
    ],
    [
      'The provider has several tenants, and the resource lacks :apptid:<tenant id>.',
      'Append it to the client id of the provider.',
    ],
    [
      'The tenant in "app_tid" has not subscribed to the application.',
      'Take app_tid from the token of a user of the subscriber.',
    ],
    [
      'The application may not use the grant type, for example jwt-bearer.',
      'Add it to oauth2-configuration.grant-types of the instance.',
    ],
  ],
  token_response_malformed: [
    ['"url" points to an application or a logon page instead of a tenant.', URL_OF_TENANT],
    ['A proxy answers instead of the tenant.', 'Exempt the host of the tenant from the proxy.'],
  ],
  token_not_bound: [
    ['A proxy between app and tenant presents its own certificate.', INTERCEPTION],
    [
      'The app fetches the token with a client secret, and requireBoundTokens is on.',
      'Bind the app with credential-type X509_GENERATED.',
    ],
  ],
  downstream_unreachable: [
    ['The called app does not run, or has no instance that is ready.', 'Look at its state: cf app APP'],
    ['Host or port of the URL is wrong.', 'Compare the URL with the routes of the app: cf routes'],
    ['A network policy blocks the connection.', 'Allow it between both apps.'],
  ],
  downstream_rejected: [
    [
      'The apps are bound to different instances, and the token was fetched without a resource.',
      'Bind both to one instance, or request the token with a resource.',
    ],
    [
      'The URL has no ".cert." host, so the certificate does not reach the app.',
      'Call the app on its ".cert." host.',
    ],
    [
      'The token lacks an API or the caller is not allowed (403).',
      'Look up problemCode of the error: ias explain CODE',
    ],
    ['An approuter or a proxy in front of the app answered.', 'Call the app itself.'],
  ],
  downstream_untrusted: [
    ['The certificate of the server is not for the host in the URL.', 'Correct the URL.'],
    ['The authority of the called app is private.', 'Add it to IAS_CA_FILE.'],
  ],
};
