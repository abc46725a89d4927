import { getIasToken } from '@sap-cloud-sdk/connectivity';

export async function createTokenClient() {
  // The SDK rejects host names without a dot.
  process.env['VCAP_SERVICES'] = process.env['VCAP_SERVICES']?.replaceAll('//localhost:', '//127.0.0.1:');
  return () => getIasToken('identity');
}
