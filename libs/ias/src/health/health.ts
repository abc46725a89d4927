export { CertificateGauge } from './certificate.gauge.js';
export { TokenTelemetry } from './token.telemetry.js';
