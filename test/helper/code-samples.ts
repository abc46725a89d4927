import { posix } from 'node:path';
import { fromMarkdown } from 'mdast-util-from-markdown';
import ts from 'typescript';
import { visit } from 'unist-util-visit';

/** A block of code in a Markdown file. */
export interface CodeSample {
  readonly page: string;
  readonly line: number;
  readonly language: string;
  readonly text: string;
}

/** The blocks of code of a Markdown file in these languages. */
export function codeSamples(page: string, markdown: string, languages: ReadonlySet<string>): CodeSample[] {
  const samples: CodeSample[] = [];
  visit(fromMarkdown(markdown), 'code', ({ lang, value, position }) => {
    if (lang == null || !languages.has(lang)) return;
    samples.push({ page, line: position?.start.line ?? 0, language: lang, text: value });
  });
  return samples;
}

/** Modules from which a sample may use names without an import, because its page shows a part of a file only. */
const KNOWN_MODULES = [
  'nest-ias',
  '@nestjs/common',
  '@nestjs/core',
  '@nestjs/apollo',
  '@nestjs/axios',
  '@nestjs/graphql',
  '@nestjs/swagger',
  '@nestjs/terminus',
  'nest-ias/swagger',
  '@sap/ams',
  '@nest-ias/testing',
  '@nest-ias/landscape',
];

/** In which parts of a file a sample can be complete: as a file, as members of a class, or in a method. */
const FRAMES: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => `class Sample {\n${text}\n}`,
  (text) => `class Sample {\nasync method() {\n${text}\n}\n}`,
];

/**
 * Compiles the samples of TypeScript against the sources of this repository.
 *
 * @param declarations paths of files that declare what the pages presuppose, such as the services of an app
 * @returns one line for each error
 */
export function compileErrors(samples: readonly CodeSample[], declarations: readonly string[]): string[] {
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile('tsconfig.json', ts.sys.readFile).config,
    ts.sys,
    process.cwd(),
  );
  const exported = exportsOf(KNOWN_MODULES, options);
  const texts = new Map<string, string>();
  const origins = new Map<string, CodeSample>();
  for (const [index, sample] of samples.entries()) {
    const file = posix.join(process.cwd().replaceAll('\\', '/'), 'test', `sample-${index}.ts`);
    texts.set(file, asFile(sample.text, exported));
    origins.set(file, sample);
  }
  const settings: ts.CompilerOptions = {
    ...options,
    types: [...(options.types ?? []), 'vitest/globals'],
    noUnusedLocals: false,
    noUnusedParameters: false,
    verbatimModuleSyntax: false,
    isolatedModules: false,
  };
  const host = ts.createCompilerHost(settings);
  const { readFile, fileExists, getSourceFile } = host;
  host.readFile = (file) => texts.get(file) ?? readFile(file);
  host.fileExists = (file) => texts.has(file) || fileExists(file);
  host.getSourceFile = (file, target, ...rest) => {
    const text = texts.get(file);
    return text === undefined
      ? getSourceFile(file, target, ...rest)
      : ts.createSourceFile(file, text, target, true);
  };
  const program = ts.createProgram([...texts.keys(), ...declarations], settings, host);
  return [...origins].flatMap(([file, { page, line }]) => {
    const source = program.getSourceFile(file);
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return found
      .filter((diagnostic) => !isMemberOfApp(diagnostic))
      .map(
        ({ messageText, start = 0 }) =>
          `${page}:${line} ${ts.flattenDiagnosticMessageText(messageText, ' ')} at "${source?.text.slice(start, start + 40).split('\n')[0]}"`,
      );
  });
}

/** Whether a sample uses a member of its own class that the page leaves out, such as `this.orders`. */
function isMemberOfApp({ code, file, start = 0 }: ts.Diagnostic): boolean {
  const PROPERTY_DOES_NOT_EXIST = 2339;
  return code === PROPERTY_DOES_NOT_EXIST && file?.text.slice(0, start).endsWith('this.') === true;
}

/** Completes a sample with a frame and the imports that its page leaves out. */
function asFile(text: string, exported: ReadonlyMap<string, string>): string {
  const [imports, rest] = splitImports(text);
  const frames = /\bthis\./.test(rest) && !/\bclass /.test(rest) ? FRAMES.slice(1) : FRAMES;
  const framed =
    imports + (frames.map((frame) => frame(rest)).find((candidate) => parses(candidate)) ?? rest);
  const source = ts.createSourceFile('sample.ts', framed, ts.ScriptTarget.Latest, true);
  const used = new Set<string>();
  const own = new Set<string>();
  const collect = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) used.add(node.text);
    const isName =
      ts.isImportSpecifier(node) ||
      ts.isClassDeclaration(node) ||
      ts.isFunctionDeclaration(node) ||
      ts.isVariableDeclaration(node) ||
      ts.isInterfaceDeclaration(node);
    if (isName && node.name) own.add(node.name.getText(source));
    ts.forEachChild(node, collect);
  };
  collect(source);
  const missing = [...used].filter((name) => exported.has(name) && !own.has(name));
  const added = missing.map((name) => `import { ${name} } from '${exported.get(name)}';`);
  return `${added.join('\n')}\n${framed}\nexport {};\n`;
}

/** The imports at the start of a sample, and what follows them. */
function splitImports(text: string): [imports: string, rest: string] {
  const [imports = ''] = /^(?:import [^;]+;\n+)*/.exec(text) ?? [];
  return [imports, text.slice(imports.length)];
}

/** Whether a file with this text has no error of syntax. */
export function parses(text: string): boolean {
  const { diagnostics = [] } = ts.transpileModule(text, {
    reportDiagnostics: true,
    compilerOptions: { experimentalDecorators: true, target: ts.ScriptTarget.ES2022 },
  });
  return diagnostics.length === 0;
}

/** The exported names of modules, each with the first module that has it. */
function exportsOf(modules: readonly string[], options: ts.CompilerOptions): ReadonlyMap<string, string> {
  const file = posix.join(process.cwd().replaceAll('\\', '/'), 'test', 'sample-exports.ts');
  const text = modules.map((name, index) => `import * as module${index} from '${name}';`).join('\n');
  const host = ts.createCompilerHost(options);
  const { getSourceFile } = host;
  host.getSourceFile = (path, target, ...rest) =>
    path === file ? ts.createSourceFile(file, text, target, true) : getSourceFile(path, target, ...rest);
  const program = ts.createProgram([file], options, host);
  const checker = program.getTypeChecker();
  const names = new Map<string, string>();
  program.getSourceFile(file)?.forEachChild((node) => {
    if (!ts.isImportDeclaration(node) || !ts.isStringLiteral(node.moduleSpecifier)) return;
    const { text: specifier } = node.moduleSpecifier;
    const symbol = checker.getSymbolAtLocation(node.moduleSpecifier);
    for (const { name } of symbol ? checker.getExportsOfModule(symbol) : [])
      if (!names.has(name)) names.set(name, specifier);
  });
  return names;
}
