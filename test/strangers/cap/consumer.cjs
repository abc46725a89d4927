const cds = require('@sap/cds');
const { backend } = require('./destination.cjs');

void (async () => {
  const service = await cds.connect.to({ kind: 'rest', credentials: { ...(await backend()) } });
  const { proof } = await service.get('/endpoint');
  console.log(JSON.stringify({ status: 200, proof }));
})();
