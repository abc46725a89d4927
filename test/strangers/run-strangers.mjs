import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { install, MissingError, versionOf } from './installations.mjs';
import { openTutorial } from './tutorial.mjs';
import { output, serve } from './processes.mjs';
import { mint, openStage, send } from './stage.mjs';

const SOURCE = fileURLToPath(new URL('.', import.meta.url));

/**
 * @typedef {object} Check
 * @property {string} name
 * @property {string} [problem]
 *
 * @typedef {object} Result
 * @property {string} name
 * @property {string} title
 * @property {string} language
 * @property {string} shows
 * @property {string} [version]
 * @property {readonly Check[]} checks
 * @property {string} [missing] why it could not run
 */

/**
 * Runs projects one after the other, and prints each check.
 *
 * @param {readonly import('./strangers.mjs').Stranger[]} strangers
 * @returns {Promise<Result[]>}
 */
export async function runStrangers(strangers) {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'nest-ias-strangers-')));
  try {
    mkdirSync(join(root, 'landscape'));
    const stage = await openStage(join(root, 'landscape'));
    const tutorial = openTutorial(root);
    try {
      const results = [];
      for (const stranger of strangers) {
        const isTutorial = stranger.kind === 'tutorial';
        const run = () =>
          isTutorial ? tutorial.follow(stranger) : runProject(stranger, stage.context, root);
        results.push(await resultOf(stranger, run));
      }
      return results;
    } finally {
      await tutorial.stop();
      await stage.stop();
    }
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/**
 * @param {import('./strangers.mjs').Stranger} stranger
 * @param {() => Promise<{ version: string | undefined, checks: readonly Check[] }>} run
 * @returns {Promise<Result>}
 */
async function resultOf({ name, title, language, shows }, run) {
  const result = { name, title, language, shows };
  try {
    const { version, checks } = await run();
    console.log(`# ${name} ${version}`);
    for (const check of checks) console.log(line(check));
    return { ...result, ...(version && { version }), checks };
  } catch (error) {
    if (error instanceof MissingError) return { ...result, checks: [], missing: error.message };
    const check = { name: 'runs', problem: error instanceof Error ? error.message : String(error) };
    console.log(`# ${name}\n${line(check)}`);
    return { ...result, checks: [check] };
  }
}

/**
 * @param {import('./strangers.mjs').Stranger} stranger
 * @param {any} context
 * @param {string} root
 */
async function runProject(stranger, context, root) {
  const folder = join(root, stranger.folder);
  await install(stranger, SOURCE, folder);
  const version = await versionOf(stranger, folder);
  return { version, checks: await checksOf(stranger, context, folder) };
}

/** @param {Check} check */
function line({ name, problem }) {
  return problem === undefined ? `ok ${name}` : `not ok ${name}: ${problem}`;
}

/**
 * @param {import('./strangers.mjs').Stranger} stranger
 * @param {any} context
 * @param {string} folder
 * @returns {Promise<readonly Check[]>}
 */
async function checksOf(stranger, context, folder) {
  const file = join(folder, 'context.json');
  writeFileSync(file, JSON.stringify(context), { mode: 0o600 });
  const hosts = join(folder, 'hosts');
  writeFileSync(hosts, '127.0.0.1 localhost my.accounts.localhost orders.cert.localhost\n');
  const env = {
    ...process.env,
    CONTEXT: file,
    PORT: String(context.port),
    NODE_EXTRA_CA_CERTS: context.caFile,
    NODE_OPTIONS: `--require ${join(SOURCE, 'resolve-localhost.cjs')}`,
    REQUESTS_CA_BUNDLE: context.caFile,
    SSL_CERT_FILE: context.caFile,
    PYTHONPATH: SOURCE,
    PYTHONDONTWRITEBYTECODE: '1',
    JAVA_TOOL_OPTIONS: `-Djdk.net.hosts.file=${hosts} -Djavax.net.ssl.trustStore=${context.truststore} -Djavax.net.ssl.trustStorePassword=changeit`,
  };
  switch (stranger.kind) {
    case 'receiver': {
      const bound = { ...env, VCAP_SERVICES: readFileSync(context.providerVcap, 'utf8') };
      const receiver = await serve(stranger.command, { cwd: folder, env: bound, port: context.port });
      try {
        return await receiverChecks(context, stranger, receiver.output);
      } finally {
        await receiver.stop();
      }
    }
    case 'caller':
      return withBackend(context, async () =>
        callerChecks(await output(stranger.command, { cwd: folder, env })),
      );
    case 'checks':
      return printedChecks(await output(stranger.command, { cwd: folder, env }));
    case 'tutorial':
      throw new Error('A section of the tutorial is no project.');
  }
}

/**
 * Runs the backend of this repository as the provider.
 *
 * @param {any} context
 * @param {() => Promise<readonly Check[]>} action
 */
async function withBackend(context, action) {
  const backend = await serve([process.execPath, 'main.js'], {
    cwd: resolve('dist/apps/backend'),
    port: context.port,
    env: {
      PATH: process.env['PATH'],
      PORT: String(context.port),
      VCAP_SERVICES_FILE_PATH: context.providerVcap,
      IAS_CA_FILE: context.caFile,
      IAS_PROOF_OF_POSSESSION: 'required',
    },
  });
  try {
    return await action();
  } finally {
    await backend.stop();
  }
}

/**
 * @param {any} context
 * @param {import('./strangers.mjs').Stranger} stranger
 * @param {() => string} log
 * @returns {Promise<readonly Check[]>}
 */
async function receiverChecks(context, { path = '/', withoutProof = false }, log) {
  const token = await mint(context);
  const certificate = context.consumer;
  /** @type {[string, Parameters<typeof send>[2], number][]} */
  const cases = [
    ['accepts a token with its certificate', { token, certificate }, 200],
    ['rejects a request without a token', { certificate }, 401],
    ['rejects an expired token', { token: await mint(context, { exp: 1 }), certificate }, 401],
    [
      'rejects a token for another application',
      { token: await mint(context, { aud: 'other' }), certificate },
      401,
    ],
  ];
  if (!withoutProof) {
    cases.push(
      ['rejects a token without its certificate', { token }, 401],
      ['rejects a token with another certificate', { token, certificate: context.provider }, 401],
    );
  }
  const checks = [];
  for (const [name, credentials, expected] of cases) {
    const { status, text } = await send(context, path, credentials);
    // CAP and Spring answer 403 in some of these cases.
    const isRight = status === expected || (expected === 401 && status === 403);
    checks.push(
      isRight ? { name } : { name, problem: `${status} ${text.slice(0, 300)} ${log().slice(-1500)}` },
    );
  }
  return checks;
}

/**
 * @param {Awaited<ReturnType<typeof output>>} result
 * @returns {readonly Check[]}
 */
function callerChecks({ stdout, stderr }) {
  const name = 'calls the backend with a token bound to its certificate';
  const answer = /^\{"status":(\d+),"proof":"(\w+)"\}$/m.exec(stdout.trim());
  if (answer?.[1] === '200' && answer[2] === 'verified') return [{ name }];
  return [{ name, problem: `${stdout.slice(-500)} ${stderr.slice(-2000)}` }];
}

/**
 * @param {Awaited<ReturnType<typeof output>>} result
 * @returns {readonly Check[]}
 */
function printedChecks({ stdout, stderr, code }) {
  const checks = [...stdout.matchAll(/^(not )?ok ([^:\n]+)(?:: (.*))?$/gm)].map(
    ([, not, name = '', reason]) => (not === undefined ? { name } : { name, problem: reason ?? 'failed' }),
  );
  if (code === 0 && checks.length > 0) return checks;
  const hasProblem = checks.some((check) => 'problem' in check);
  return hasProblem ? checks : [...checks, { name: 'runs', problem: (stdout + stderr).slice(-2500) }];
}
