/**
 * `npm run audit`: checks that the registry has signed every installed package (`npm audit signatures`).
 *
 * A missing or invalid signature fails. Where nothing can be checked, because the registry is a mirror without signing
 * keys or Sigstore cannot be reached, it says so and succeeds; with IAS_REQUIRE_SIGNATURES=1 it fails.
 */
import { npm } from './lib/npm.mjs';

/** Signed with a key that the registry does not publish, or that has expired. */
const KEY_PROBLEMS = new Set(['EMISSINGSIGNATUREKEY', 'EEXPIREDSIGNATUREKEY']);
/** This registry publishes its keys; a mirror may not. */
const PUBLIC_REGISTRY = 'https://registry.npmjs.org/';

/** @typedef {{ name: string, version: string, registry: string }} Package */
/** @typedef {{ invalid?: Package[], missing?: Package[], error?: { code?: string, summary?: string } }} Audit */

process.exitCode = report(audit());

/** @returns {Audit} */
function audit() {
  // No retries, because without a network npm would try for more than a minute.
  const { stdout } = npm(['audit', 'signatures', '--json', '--fetch-retries=0', '--fetch-timeout=60000']);
  try {
    return JSON.parse(stdout);
  } catch {
    return { error: { summary: 'npm audit signatures printed no JSON' } };
  }
}

/** @param {Audit} audit @returns {number} the exit code */
function report({ invalid, missing, error }) {
  if (invalid && missing) {
    for (const { name, version, registry } of invalid) {
      console.error(`INVALID signature: ${name}@${version} (${registry})`);
    }
    for (const { name, version, registry } of missing) {
      console.error(`MISSING signature: ${name}@${version} (${registry})`);
    }
    if (invalid.length + missing.length > 0) return 1;
    console.log('The registry has signed every installed package.');
    return 0;
  }
  const reason = error?.summary || error?.code || 'npm audit signatures failed';
  if (
    KEY_PROBLEMS.has(error?.code ?? '') &&
    npm(['config', 'get', 'registry']).stdout.trim() === PUBLIC_REGISTRY
  ) {
    console.error(`INVALID signature: ${reason}`);
    return 1;
  }
  console.error(`!!! NOT CHECKED: the signatures of the installed packages. ${reason}`);
  return process.env['IAS_REQUIRE_SIGNATURES'] === '1' ? 1 : 0;
}
