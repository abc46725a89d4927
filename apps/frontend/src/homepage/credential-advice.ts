import type { CredentialType } from 'nest-ias';

/** How to get new credentials, which depends on their type. */
export const NEW_CREDENTIALS: Readonly<Record<CredentialType, string>> = {
  X509_GENERATED:
    'Get a new certificate. Cloud Foundry: bind the identity instance to this app again, then restage the app. Kyma: create the service binding again.',
  X509_PROVIDED:
    'Get a new certificate from your certificate authority, bind the identity instance with it, and give its key to this app (IAS_PRIVATE_KEY or IAS_PRIVATE_KEY_FILE).',
  X509_ATTESTED:
    'Check that the Zero Trust Identity Service renews the files in IAS_CERTIFICATE_FILE and IAS_PRIVATE_KEY_FILE.',
  SECRET:
    'Get a new client secret. Cloud Foundry: bind the identity instance to this app again, then restage the app. Kyma: create the service binding again.',
  NONE: 'Bind the identity instance to this app with a credential-type that has credentials.',
};

/** The credential of this app, in a sentence. */
export const CREDENTIAL: Readonly<Record<CredentialType, string>> = {
  X509_GENERATED: 'certificate',
  X509_PROVIDED: 'certificate',
  X509_ATTESTED: 'certificate',
  SECRET: 'client secret',
  NONE: 'credential',
};
