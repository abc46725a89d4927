export { CertificateGauge } from './certificate.gauge.js';
export {
  type CertificateHealth,
  CertificateHealthIndicator,
  type CertificatesHealth,
  type CertificateStatus,
} from './certificate.health-indicator.js';
export {
  type KeySetSighting,
  LastSeen,
  type TenantSightings,
  type TokenEndpointSighting,
} from './last-seen.js';
export { TokenTelemetry } from './token.telemetry.js';
