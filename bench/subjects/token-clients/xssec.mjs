import xsenv from '@sap/xsenv';
import { IdentityService } from '@sap/xssec';

export async function createTokenClient() {
  const service = new IdentityService(xsenv.getServices({ ias: { label: 'identity' } }).ias);
  return () => service.getClientCredentialsToken();
}
