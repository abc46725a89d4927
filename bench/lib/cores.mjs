import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** One core is reserved for the servers under test; landscape and load generator share the other. */
const [loadCore, serverCore] = allowedCores();

/** Pins this process and its future child processes to the core of landscape and load generator. */
export function pinToLoadCore() {
  if (serverCore === undefined) throw new Error('The benchmarks need two cores.');
  execFileSync('taskset', ['-acp', String(loadCore), String(process.pid)], { stdio: 'ignore' });
}

/** Returns the command line that runs a Node.js program on the core of the servers. */
export function onServerCore(/** @type {readonly string[]} */ nodeArguments) {
  return ['taskset', '-c', String(serverCore), process.execPath, ...nodeArguments];
}

/** Returns the command line that runs a Node.js program on both cores. */
export function onAllCores(/** @type {readonly string[]} */ nodeArguments) {
  return ['taskset', '-c', `${loadCore},${serverCore}`, process.execPath, ...nodeArguments];
}

/** Returns the numbers of the cores that this process can use; the kernel lists them like `0-1,4`. */
function allowedCores() {
  const [, list = ''] = /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return list.split(',').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}
