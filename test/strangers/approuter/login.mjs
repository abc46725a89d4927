import { readFileSync } from 'node:fs';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

const context = JSON.parse(readFileSync(process.env.CONTEXT, 'utf8'));
const { freePort, serve } = await import(`${context.repository}/test/strangers/processes.mjs`);
const vcap = readFileSync(context.providerVcap, 'utf8');
const ports = { approuter: await freePort(), frontend: await freePort() };

const app = (name, port, environment) =>
  serve([process.execPath, 'main.js'], {
    cwd: `${context.repository}/dist/apps/${name}`,
    port,
    env: {
      PATH: process.env.PATH,
      PORT: String(port),
      VCAP_SERVICES: vcap,
      IAS_CA_FILE: context.caFile,
      ...environment,
    },
  });

const running = [];
try {
  running.push(await app('backend', context.port, { IAS_PROOF_OF_POSSESSION: 'required' }));
  running.push(await app('frontend', ports.frontend, { BACKEND_URL: context.url }));
  running.push(
    await serve([process.execPath, 'node_modules/@sap/approuter/approuter.js'], {
      port: ports.approuter,
      env: {
        ...process.env,
        PORT: String(ports.approuter),
        VCAP_SERVICES: vcap,
        // It asks btp-tenant-api for the tenant of the host name.
        TENANT_HOST_PATTERN: '^(.*)-app.localhost',
        destinations: JSON.stringify([
          { name: 'backend', url: context.url, forwardAuthToken: true, forwardAuthCertificates: true },
          { name: 'without-certificate', url: context.url, forwardAuthToken: true },
          { name: 'frontend', url: `http://localhost:${ports.frontend}`, forwardAuthToken: false },
        ]),
      },
    }),
  );
  await checkLogin();
} catch (error) {
  console.log(`not ok signs in: ${String(error).replaceAll('\n', ' ')}`);
  console.error(running.at(-1)?.output());
} finally {
  for (const { stop } of running.reverse()) await stop();
}

async function checkLogin() {
  const origin = `http://my-app.localhost:${ports.approuter}`;
  const browser = new Map();
  const start = await visit(browser, `${origin}/backend/endpoint`);
  const page = await follow(browser, start);
  check('redirects to the login page', page.text.includes('Pick a user'), `${page.status} ${page.url}`);
  const backend = await follow(browser, await pick(browser, page, 'P000001'));
  const content = backend.status === 200 ? JSON.parse(backend.text) : {};
  check(
    'signs in and forwards token and certificate',
    content.proof === 'verified',
    `${backend.status} ${backend.url} ${backend.text} ${running.at(-1).output().slice(-300)}`,
  );
  check('forwards the token of the user', content.subject === 'P000001', backend.text);
  const stolen = await follow(browser, await visit(browser, `${origin}/without-certificate/endpoint`));
  check(
    'is refused where it forwards no certificate',
    stolen.status === 401,
    `${stolen.status} ${stolen.text}`,
  );
  const frontend = await visit(browser, `${origin}/frontend/homepage`, { accept: 'application/json' });
  check('forwards to the frontend', frontend.status === 200, `${frontend.status} ${frontend.text}`);
  const logout = await follow(browser, await visit(browser, `${origin}/do/logout`));
  check(
    'signs out at the tenant',
    /Signed out|Pick a user/.test(logout.text),
    `${logout.status} ${logout.url}`,
  );
}

function check(name, isRight, problem) {
  console.log(isRight ? `ok ${name}` : `not ok ${name}: ${problem.replaceAll('\n', ' ').slice(0, 600)}`);
}

/** A browser without scripts: it keeps cookies by host, and follows what the script of the approuter would do. */
async function follow(browser, answer, left = 10) {
  if (left === 0) throw new Error(`too many redirects to ${answer.url}`);
  const { location } = answer.headers;
  if (location !== undefined)
    return follow(browser, await visit(browser, new URL(location, answer.url)), left - 1);
  const script = /location\s*=\s*["']([^"']+)["']/.exec(answer.text)?.[1];
  if (answer.text.includes('<script') && script !== undefined) {
    const { pathname, search } = answer.url;
    const signature = /"signature=([^;"]+)/.exec(answer.text)?.[1];
    store(browser, answer.url, `locationAfterLogin=${encodeURIComponent(pathname + search)}`);
    store(browser, answer.url, 'fragmentAfterLogin=');
    store(browser, answer.url, `signature=${signature}`);
    return follow(browser, await visit(browser, new URL(script.replaceAll('\\', ''), answer.url)), left - 1);
  }
  return answer;
}

async function pick(browser, page, user) {
  const unescaped = (text) =>
    text.replaceAll('&amp;', '&').replaceAll('&quot;', '"').replaceAll('&#39;', "'");
  const fields = [...page.text.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)].map(
    ([, name, value]) => [unescaped(name), unescaped(value)],
  );
  return visit(browser, new URL('/oauth2/authorize', page.url), {
    body: new URLSearchParams([...fields, ['user', user]]).toString(),
  });
}

async function visit(browser, address, { body, accept = 'text/html' } = {}) {
  const url = new URL(address);
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        host: 'localhost',
        servername: url.hostname,
        agent: false,
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          host: url.host,
          accept,
          'user-agent': 'Mozilla/5.0',
          cookie: [...(browser.get(url.hostname) ?? new Map())]
            .map(([name, value]) => `${name}=${value}`)
            .join('; '),
          ...(body !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
        },
      },
      (answer) => {
        for (const cookie of answer.headers['set-cookie'] ?? []) store(browser, url, cookie);
        let text = '';
        answer.setEncoding('utf8').on('data', (chunk) => (text += chunk));
        answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, text, url }));
      },
    );
    sent.on('error', reject).end(body);
  });
}

function store(browser, { hostname }, cookie) {
  const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
  const cookies = browser.get(hostname) ?? new Map();
  cookies.set(name, value);
  browser.set(hostname, cookies);
}
