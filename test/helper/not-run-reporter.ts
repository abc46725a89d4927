import type { Reporter, TestModule } from 'vitest/node';

/** Lists, at the end of a run, the tests that were skipped with a reason. */
export class NotRunReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const reasons = new Map<string, string[]>();
    for (const module of modules) {
      for (const test of module.children.allTests('skipped')) {
        const { note } = test.result() as { note?: string };
        if (note !== undefined) reasons.set(note, [...(reasons.get(note) ?? []), test.fullName]);
      }
    }
    for (const [reason, tests] of reasons) {
      process.stdout.write(`!!! NOT RUN: ${tests.join('; ')}\n!!! ${reason}\n\n`);
    }
  }
}
