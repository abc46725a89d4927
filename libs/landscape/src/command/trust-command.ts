import { X509Certificate } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { javaTruststore } from '../trust/java-truststore.js';
import { removalInstructions, trustInstructions } from '../trust/trust-instructions.js';
import { KeepFolder } from '../keep/keep-folder.js';
import { LandscapePaths } from './landscape-paths.js';
import { StartError } from './start-error.js';

/** Input of the commands `ias-landscape trust`. */
export interface TrustCommand {
  /** The folder in which `.landscape` is. */
  readonly root: string;
  readonly print: (text: string) => void;
}

const ALIAS = 'landscape';

/**
 * Prints how clients trust the landscape of a folder, and writes a truststore for Java. It installs nothing.
 * @throws {StartError} if no landscape has been started there
 */
export async function printTrust({ root, print }: TrustCommand): Promise<void> {
  const paths = new LandscapePaths(root);
  const pem = await readAuthority(paths.ca, root);
  await writeFile(paths.truststore, javaTruststore(pem, ALIAS));
  const { validTo } = new X509Certificate(pem);
  const isKept = await new KeepFolder(paths.kept).exists();
  print(
    isKept
      ? `# The authority in ${paths.ca} is valid until ${day(validTo)}, for this machine only.`
      : '# This authority ends with the landscape. Start it with --keep to trust the same one after a restart.',
  );
  print(trustInstructions({ ca: paths.ca, truststore: paths.truststore }));
}

/** Removes the truststore, and prints how to undo the trust. */
export async function removeTrust({ root, print }: TrustCommand): Promise<void> {
  const paths = new LandscapePaths(root);
  await rm(paths.truststore, { force: true });
  print(removalInstructions());
  if (await new KeepFolder(paths.kept).exists()) {
    print(`# The landscape keeps its authority. To destroy its key, and all kept bindings:`);
    print(`rm -r '${relative(root, paths.kept)}'`);
  }
}

async function readAuthority(path: string, root: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new StartError(`There is no ${path}: start "ias-landscape --keep" in ${root} first.`, {
      cause: error,
    });
  }
}

function day(date: string): string {
  return new Date(date).toISOString().slice(0, 10);
}
