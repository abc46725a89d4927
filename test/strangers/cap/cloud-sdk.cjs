const { executeHttpRequest } = require('@sap-cloud-sdk/http-client');
const { backend } = require('./destination.cjs');

void (async () => {
  const { status, data } = await executeHttpRequest(await backend(), { method: 'get', url: '/endpoint' });
  console.log(JSON.stringify({ status, proof: data.proof }));
})();
