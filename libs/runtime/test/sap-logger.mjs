import { createServer } from 'node:http';
import log from 'cf-nodejs-logging-support';

// Writes with SAP's package what the spec beside this file writes with ours; `url` on standard error is the server's.
log.setFramework('plainhttp');
log.setLoggingLevel('debug');
log.info('a message');
log.warn('an event', { code: 'broken', attempts: 5, parties: { caller: 'c' } });
log.error('failed', new Error('the reason'));
log.debug('details');

const server = createServer((request, response) => {
  log.logNetwork(request, response);
  request.logger.info('in a request');
  response.setHeader('content-type', 'application/json; charset=utf-8');
  response.setHeader('content-length', 2);
  response.end('{}');
  response.once('close', () => server.close());
}).listen(0, '127.0.0.1', () => {
  process.stderr.write(`http://127.0.0.1:${server.address().port}`);
});
