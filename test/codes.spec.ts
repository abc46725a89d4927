import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const ENTRY = `${ROOT}libs/ias/src/index.ts`;

/** Exported types of closed sets of codes, on which callers and operators rely. */
const SETS = [
  'BindingErrorCode',
  'ConfigurationErrorCode',
  'CredentialType',
  'DownstreamErrorCode',
  'FailureKind',
  'IasEventName',
  'ProofOfPossessionPolicy',
  'RejectionCode',
  'SignatureAlgorithm',
  'TokenRequestErrorCode',
];

describe('codes', () => {
  it('have not changed since the snapshot', async () => {
    const sets = SETS.map(
      (name) =>
        `${name}\n${valuesOf(name)
          .map((value) => `  ${value}\n`)
          .join('')}`,
    );
    await expect(sets.join('\n')).toMatchFileSnapshot('codes.snapshot.txt');
  });
});

const program = ts.createProgram([ENTRY], {
  ...ts.readConfigFile(`${ROOT}tsconfig.base.json`, (path) => ts.sys.readFile(path)).config.compilerOptions,
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  lib: ['lib.es2023.d.ts'],
});

/** Returns the sorted members of a union of strings. */
function valuesOf(name: string): string[] {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(ENTRY);
  const index = source && checker.getSymbolAtLocation(source);
  const exported = index && checker.getExportsOfModule(index).find((symbol) => symbol.name === name);
  if (!exported) throw new Error(`nest-ias exports no type ${name}.`);
  const type = checker.getDeclaredTypeOfSymbol(checker.getAliasedSymbol(exported));
  const members = type.isUnion() ? type.types : [type];
  return members
    .map((member) => (member.isStringLiteral() ? member.value : checker.typeToString(member)))
    .sort();
}
