import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { codeOf, fail } from './failure.mjs';

/** Number of attempts to remove a control group, 100 ms apart. */
const GROUP_REMOVALS = 50;

/**
 * @typedef {object} ControlGroup
 * @property {number} quota in MB
 * @property {string} processesFile
 * @property {() => number} peak highest memory use so far, in MB
 * @property {() => number} anonymous memory in use without files, in MB
 * @property {() => number} majorFaults pages read back from the disk
 * @property {() => string} describe the peak and the major faults as text
 * @property {() => Promise<void>} remove
 */

/**
 * Finds out how to create memory control groups: version 1 if its memory controller is mounted, otherwise version 2.
 * Exits with code 2 if that is not possible.
 *
 * @returns {(name: string, quota: number) => ControlGroup}
 */
export function findControlGroups() {
  const mounts = existsSync('/proc/self/mounts') ? readFileSync('/proc/self/mounts', 'utf8').split('\n') : [];
  const find = (/** @type {(fields: readonly string[]) => boolean} */ matches) =>
    mounts.map((line) => line.split(' ')).find(matches)?.[1];
  const first = find(
    ([, , type, options]) => type === 'cgroup' && options?.split(',').includes('memory') === true,
  );
  const second = find(([, , type]) => type === 'cgroup2');
  const root = first ?? second;
  if (root === undefined) fail('This script needs memory control groups: run it on Linux.', 2);
  const isFirst = first !== undefined;
  try {
    if (!isFirst) writeFileSync(join(root, 'cgroup.subtree_control'), '+memory');
    const probe = join(root, `nest-ias-${process.pid}-probe`);
    mkdirSync(probe);
    rmdirSync(probe);
  } catch (error) {
    fail(
      `This user cannot create control groups (${codeOf(error)}): run the script as root on your own machine.`,
      2,
    );
  }
  const files = isFirst
    ? {
        limit: 'memory.limit_in_bytes',
        swap: 'memory.memsw.limit_in_bytes',
        peak: 'memory.max_usage_in_bytes',
      }
    : { limit: 'memory.max', swap: 'memory.swap.max', peak: 'memory.peak' };
  return (name, quota) => {
    const path = join(root, name);
    mkdirSync(path);
    const bytes = String(quota * 1024 * 1024);
    writeFileSync(join(path, files.limit), bytes);
    // no swap, as on Cloud Foundry
    if (existsSync(join(path, files.swap))) writeFileSync(join(path, files.swap), isFirst ? bytes : '0');
    const statistic = (/** @type {RegExp} */ line) =>
      Number(line.exec(readFileSync(join(path, 'memory.stat'), 'utf8'))?.[1]);
    const majorFaults = () => statistic(/^(?:total_)?pgmajfault (\d+)$/m);
    const anonymous = () => Math.round(statistic(/^(?:total_rss|anon) (\d+)$/m) / 1024 / 1024);
    const peak = () => Math.round(Number(readFileSync(join(path, files.peak), 'utf8')) / 1024 / 1024);
    return {
      quota,
      processesFile: join(path, 'cgroup.procs'),
      peak,
      anonymous,
      majorFaults,
      describe: () => `peak ${peak()} MB, ${majorFaults()} major faults`,
      remove: () => removeGroup(path),
    };
  };
}

/** Exits with code 2 if this user is not allowed to drop the page cache. */
export function dropPageCache() {
  execFileSync('sync');
  try {
    writeFileSync('/proc/sys/vm/drop_caches', '1');
  } catch (error) {
    fail(
      `This user cannot drop the page cache (${codeOf(error)}): run the script as root on your own machine.`,
      2,
    );
  }
}

/**
 * The kernel releases a group some time after its last process has ended.
 *
 * @param {string} path
 */
async function removeGroup(path) {
  for (let attempt = 0; existsSync(path); attempt += 1) {
    try {
      rmdirSync(path);
    } catch (error) {
      if (codeOf(error) !== 'EBUSY' || attempt === GROUP_REMOVALS) throw error;
      await delay(100);
    }
  }
}
