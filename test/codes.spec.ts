import { fileURLToPath } from 'node:url';
import { AuthenticationException, type RejectionCode } from 'nest-ias';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { EXIT_CODES as CLI } from '../apps/cli/src/exit-codes.js';
import { EXIT_CODES as LANDSCAPE } from '../apps/landscape/src/exit-codes.js';
import { EXIT_CODES as APPS } from '../libs/runtime/src/exit-codes.js';

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
    const sets = SETS.map((name) => section(name, valuesOf(name)));
    const rejections = valuesOf('RejectionCode').map(
      (code) => `${code} ${new AuthenticationException(code as RejectionCode).getStatus()}`,
    );
    const exits = Object.entries({ 'backend and frontend': APPS, landscape: LANDSCAPE, ias: CLI }).map(
      ([program, codes]) =>
        section(
          `Exit codes of ${program}`,
          Object.entries(codes).map(([meaning, code]) => `${code} ${meaning}`),
        ),
    );
    const snapshot = [...sets, section('Status of each rejection', rejections), ...exits].join('\n');
    await expect(snapshot).toMatchFileSnapshot('codes.snapshot.txt');
  });
});

const program = ts.createProgram([ENTRY], {
  ...ts.readConfigFile(`${ROOT}tsconfig.base.json`, (path) => ts.sys.readFile(path)).config.compilerOptions,
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  lib: ['lib.es2023.d.ts'],
});

function section(title: string, lines: readonly string[]): string {
  return `${title}\n${lines.map((line) => `  ${line}\n`).join('')}`;
}

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
