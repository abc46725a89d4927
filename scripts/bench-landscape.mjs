/**
 * `node scripts/bench-landscape.mjs`: how fast the landscape starts and issues tokens, and what it costs in memory.
 * Client and landscape share the machine; every token costs one RSA-2048 signature (`openssl speed rsa2048`).
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { build } from 'vite';

const CONNECTIONS = 16;
const SECONDS = 5;

const directory = await mkdtemp(join(tmpdir(), 'bench-landscape-'));
try {
  await build({
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true },
    resolve: { tsconfigPaths: true },
    build: { ssr: 'libs/landscape/src/index.ts', outDir: directory },
  });
  await writeFile(join(directory, 'package.json'), '{"type":"module"}');
  console.log(`start to listening: ${await inProcess(startTimes)} ms (median of 21)`);
  console.log(
    `memory added:       ${await inProcess(memoryAdded)} MB (resident, one landscape with a binding)`,
  );
  console.log(
    `tokens:             ${await measureTokens()} per second (${CONNECTIONS} keep-alive connections, mTLS)`,
  );
} finally {
  await rm(directory, { recursive: true });
}

function startTimes() {
  return `
    const times = [];
    for (let round = 0; round < 21; round += 1) {
      const began = performance.now();
      const landscape = await startLandscape();
      times.push(performance.now() - began);
      await landscape.tenant.issueToken();
      await landscape.stop();
    }
    console.log(times.sort((a, b) => a - b)[10].toFixed(0));`;
}

function memoryAdded() {
  return `
    globalThis.gc();
    const before = process.memoryUsage.rss();
    const landscape = await startLandscape();
    await landscape.issueBinding({ type: 'X509_GENERATED' });
    await landscape.tenant.issueToken();
    globalThis.gc();
    console.log(((process.memoryUsage.rss() - before) / 1e6).toFixed(1));
    await landscape.stop();`;
}

function serve() {
  return `
    const landscape = await startLandscape();
    const binding = await landscape.issueBinding({ type: 'X509_GENERATED' });
    await landscape.tenant.issueToken();
    console.log(JSON.stringify({ binding, ca: landscape.ca.pem }));`;
}

/** @param {() => string} code */
function argumentsFor(code) {
  const program = `import { startLandscape } from ${JSON.stringify(join(directory, 'index.js'))};${code()}`;
  return ['--expose-gc', '--input-type=module', '--eval', program];
}

/** @param {() => string} code */
async function inProcess(code) {
  const { stdout } = await promisify(execFile)(process.execPath, argumentsFor(code));
  return stdout.trim();
}

async function measureTokens() {
  const landscape = spawn(process.execPath, argumentsFor(serve), { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(createInterface(landscape.stdout), 'line');
  const { binding, ca } = JSON.parse(line);
  const { certificate: cert, key } = binding;
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS, ca, cert, key });
  const body = `grant_type=client_credentials&client_id=${binding.clientid}`;
  const headers = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': body.length };
  let tokens = 0;
  const end = performance.now() + SECONDS * 1000;
  const worker = async () => {
    while (performance.now() < end) {
      const pending = request(`${binding.url}/oauth2/token`, { method: 'POST', agent, headers });
      pending.end(body);
      const [answer] = await once(pending, 'response');
      answer.resume();
      await once(answer, 'end');
      if (answer.statusCode === 200) tokens += 1;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
  agent.destroy();
  landscape.kill();
  return Math.round(tokens / SECONDS);
}
