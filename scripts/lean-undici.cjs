/**
 * What our apps use of undici, for their bundles: without its `fetch`, mocks and caches, a frontend takes less memory and
 * starts faster (docs/decisions/0035-calls-go-through-undici.md).
 */
exports.Client = require('../node_modules/undici/lib/dispatcher/client.js');
exports.Pool = require('../node_modules/undici/lib/dispatcher/pool.js');
exports.buildConnector = require('../node_modules/undici/lib/core/connect.js');
