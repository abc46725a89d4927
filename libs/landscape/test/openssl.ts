import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs openssl in a folder with these files, and returns everything that it prints. */
export async function openssl(
  parameters: readonly string[],
  input = '',
  files: Readonly<Record<string, string>> = {},
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'openssl-'));
  try {
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
    const child = spawn('openssl', parameters, { cwd: folder });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    // It may not read its input.
    child.stdin.on('error', () => undefined).end(input);
    return await new Promise((resolve, reject) => {
      child.once('error', reject).once('close', () => resolve(output));
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}
