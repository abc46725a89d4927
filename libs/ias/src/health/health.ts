export { CertificateGauge } from './certificate.gauge.js';
export {
  type CertificateHealth,
  CertificateHealthIndicator,
  type CertificatesHealth,
  type CertificateStatus,
} from './certificate.health-indicator.js';
export { TokenTelemetry } from './token.telemetry.js';
