/**
 * `npm run test:image`: runs the steps of the landscape's Dockerfile in a plain folder, starts what they make, fetches a
 * token and stops it. It needs `npm run build:packages` before, and the npm registry. With hadolint it also checks the
 * Dockerfile, and with a Docker daemon it builds the image; without them it says so. `IAS_REQUIRE_IMAGE=1` makes both a
 * failure.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parse } from 'yaml';
import { readInstructions, readStages } from './lib/dockerfile.mjs';
import { fail } from './lib/failure.mjs';

const DOCKERFILE = 'libs/landscape/container/Dockerfile';
const COMPOSE = 'libs/landscape/container/compose.yaml';
const CONTEXT = 'dist/packages/landscape';
const IS_REQUIRED = process.env['IAS_REQUIRE_IMAGE'] === '1';
const HEALTH_ATTEMPTS = 100;

const root = realpathSync(mkdtempSync(join(tmpdir(), 'landscape-image-')));
try {
  lint();
  const image = runSteps();
  await runContainer(image);
  buildImage();
} finally {
  rmSync(root, { recursive: true, force: true });
}

function lint() {
  const { error, status } = spawnSync('hadolint', [DOCKERFILE], { stdio: 'inherit' });
  if (error !== undefined) return missing('THE DOCKERFILE WAS NOT LINTED', 'This machine has no hadolint.');
  if (status !== 0) fail('hadolint found problems in the Dockerfile.', 1);
  console.log('ok hadolint accepts the Dockerfile');
}

/**
 * Runs the steps of each stage in a folder that stands for its file system.
 *
 * @returns {{ folder: string, environment: NodeJS.ProcessEnv, workdir: string, commands: Map<string, string[]> }}
 */
function runSteps() {
  /** @type {Map<string, string>} */
  const folders = new Map();
  let image;
  for (const stage of readStages(readInstructions(readFileSync(DOCKERFILE, 'utf8')))) {
    const folder = join(root, stage.name);
    mkdirSync(folder);
    folders.set(stage.name, folder);
    image = runStage(stage.instructions, folder, folders);
    console.log(`ok the steps of the stage ${stage.name} work in a plain folder`);
  }
  return image ?? fail('The Dockerfile has no stage.', 1);
}

/**
 * @param {readonly import('./lib/dockerfile.mjs').Instruction[]} instructions
 * @param {string} folder
 * @param {ReadonlyMap<string, string>} folders
 */
function runStage(instructions, folder, folders) {
  const programs = join(root, 'programs');
  mkdirSync(programs, { recursive: true });
  // The folder has no user `node`.
  writeFileSync(join(programs, 'chown'), '#!/bin/sh\n');
  chmodSync(join(programs, 'chown'), 0o755);
  /** @type {NodeJS.ProcessEnv} */
  const environment = { ...process.env, PATH: `${programs}:${process.env['PATH']}` };
  /** @type {Map<string, string[]>} */
  const commands = new Map();
  let workdir = folder;
  for (const { name, text } of instructions) {
    switch (name) {
      case 'WORKDIR':
        workdir = inside(folder, text);
        mkdirSync(workdir, { recursive: true });
        break;
      case 'ENV': {
        const [variable = '', value = ''] = text.split('=');
        environment[variable] = value;
        break;
      }
      case 'COPY':
        copy(text, { folder, folders, workdir });
        break;
      case 'RUN': {
        const { status } = spawnSync('sh', ['-e', '-c', withPaths(text, folder)], {
          cwd: workdir,
          env: environment,
          stdio: ['ignore', 'ignore', 'inherit'],
        });
        if (status !== 0) fail(`The step failed: RUN ${text}`, 1);
        break;
      }
      case 'ENTRYPOINT':
      case 'CMD':
        commands.set(name, parsed(text, folder));
        break;
      case 'HEALTHCHECK':
        commands.set(name, parsed(text.slice(text.indexOf('CMD') + 'CMD'.length), folder));
        break;
      case 'USER':
      case 'EXPOSE':
        break;
      default:
        fail(`This script does not know the instruction ${name}.`, 1);
    }
  }
  return { folder, environment, workdir, commands };
}

/**
 * @param {string} text
 * @param {{ folder: string, folders: ReadonlyMap<string, string>, workdir: string }} stage
 */
function copy(text, { folder, folders, workdir }) {
  const [, from, source = '', target = ''] = /^(?:--from=(\S+) )?(\S+) (\S+)$/.exec(text) ?? [];
  const origin = from === undefined ? resolve(CONTEXT) : (folders.get(from) ?? fail(`No stage ${from}.`, 1));
  cpSync(join(origin, source), target.startsWith('/') ? inside(folder, target) : join(workdir, target), {
    recursive: true,
    verbatimSymlinks: true,
  });
}

/**
 * @param {string} text
 * @param {string} folder
 * @returns {string[]}
 */
function parsed(text, folder) {
  return JSON.parse(text).map((/** @type {string} */ word) => withPaths(word, folder));
}

/**
 * @param {string} folder
 * @param {string} path
 */
function inside(folder, path) {
  return join(folder, path);
}

/**
 * Absolute paths of the image are below the folder.
 *
 * @param {string} text
 * @param {string} folder
 */
function withPaths(text, folder) {
  return text.replaceAll(/(?<=^|\s)(?=\/(?:app|data|package)\b)/g, folder);
}

/** @param {ReturnType<typeof runSteps>} image */
async function runContainer({ environment, workdir, commands }) {
  const [program = '', ...parameters] = commands.get('ENTRYPOINT') ?? [];
  // Ports that nothing else on this machine uses, and a name that it resolves.
  const options = (commands.get('CMD') ?? []).map((word) => {
    if (word === 'landscape') return 'localhost';
    return /^\d{4}$/.test(word) ? '0' : word;
  });
  const child = spawn(program, [...parameters, ...options], { cwd: workdir, env: environment });
  child.stderr.pipe(process.stderr);
  const exit = once(child, 'exit');
  try {
    const [check = '', ...words] = commands.get('HEALTHCHECK') ?? [];
    for (let attempt = 1; ; attempt += 1) {
      if (spawnSync(check, words, { cwd: workdir, env: environment }).status === 0) break;
      if (attempt === HEALTH_ATTEMPTS) fail('The health check fails.', 1);
      await delay(100);
    }
    console.log('ok the health check succeeds');
    runExampleApp(workdir);
    console.log('ok the app of the compose example gets a token');
  } finally {
    child.kill('SIGTERM');
  }
  const [code] = await exit;
  if (code !== 0) fail(`The landscape exits with ${code}.`, 1);
  console.log('ok SIGTERM stops it');
}

/**
 * Runs the app of the compose example beside the landscape.
 *
 * @param {string} folder
 */
function runExampleApp(folder) {
  const { environment, command, working_dir: appFolder } = parse(readFileSync(COMPOSE, 'utf8')).services.app;
  const variables = Object.entries(environment).map(([name, value]) => [
    name,
    String(value).replace('/data', folder),
  ]);
  const [program, ...parameters] = command;
  const { status, stdout } = spawnSync(program, parameters, {
    cwd: join(dirname(COMPOSE), appFolder),
    env: { PATH: process.env['PATH'], ...Object.fromEntries(variables) },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) fail(`The app of ${COMPOSE} fails. ${stdout}`, 1);
}

function buildImage() {
  if (spawnSync('docker', ['info']).status !== 0) {
    return missing(
      'NO IMAGE WAS BUILT',
      'This machine has no Docker daemon. The steps ran in a plain folder.',
    );
  }
  const parameters = ['build', '--file', DOCKERFILE, '--tag', 'ias-landscape', CONTEXT];
  if (spawnSync('docker', parameters, { stdio: 'inherit' }).status !== 0) {
    return missing('NO IMAGE WAS BUILT', 'The build failed, or the base image could not be fetched.');
  }
  console.log('ok docker builds the image ias-landscape');
}

/**
 * @param {string} what
 * @param {string} reason
 */
function missing(what, reason) {
  console.log(`\n!!! ${what}\n!!! ${reason}\n`);
  if (IS_REQUIRED) process.exitCode = 1;
}
