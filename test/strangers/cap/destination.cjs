const { readFileSync } = require('node:fs');
const { createDestinationFromIasService } = require('@sap-cloud-sdk/connectivity');

const { consumerVcap, url } = JSON.parse(readFileSync(process.env.CONTEXT, 'utf8'));
process.env.VCAP_SERVICES = readFileSync(consumerVcap, 'utf8');

/** The backend as a destination, with a token for the dependency and the certificate of the binding. */
exports.backend = () =>
  createDestinationFromIasService('identity', { targetUrl: url, resource: { name: 'orders' } });
