import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Two cores: the servers under test have one to themselves, landscape and load generator share the other. */
const [loadCore, serverCore] = allowedCores();

/** Pins this process, and whatever it starts from now on, to the core of landscape and load generator. */
export function pinToLoadCore() {
  if (serverCore === undefined) throw new Error('The benchmarks need two cores.');
  execFileSync('taskset', ['-acp', String(loadCore), String(process.pid)], { stdio: 'ignore' });
}

/** Command line that runs a Node.js program on the core of the servers. */
export function onServerCore(/** @type {readonly string[]} */ nodeArguments) {
  return ['taskset', '-c', String(serverCore), process.execPath, ...nodeArguments];
}

/** Command line that runs a Node.js program on both cores, where that is what is measured. */
export function onAllCores(/** @type {readonly string[]} */ nodeArguments) {
  return ['taskset', '-c', `${loadCore},${serverCore}`, process.execPath, ...nodeArguments];
}

/** Numbers of the cores this process may use, e.g. `0-1,4` in the kernel's words. */
function allowedCores() {
  const [, list = ''] = /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return list.split(',').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}
