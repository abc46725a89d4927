import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';

/** Describes the machine without its name. */
export function describeMachine() {
  const memory = Math.round(totalmem() / 2 ** 30);
  return [
    `${availableParallelism()} cores (${cpus()[0]?.model ?? 'unknown'}), ${memory} GiB, ${process.platform} ${process.arch}`,
    `Node.js ${process.versions.node}`,
    `commit ${commit()}`,
    new Date().toISOString().slice(0, 10),
    `load average before the start ${(loadavg()[0] ?? 0).toFixed(2)}`,
  ];
}

function commit() {
  return execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' }).trim();
}
