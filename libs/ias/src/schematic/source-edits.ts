import { createRequire } from 'node:module';
import { join } from 'node:path';
import type typescript from 'typescript';

type Compiler = typeof typescript;
type Node = typescript.Node;
type ObjectLiteral = typescript.ObjectLiteralExpression;

/** The TypeScript of the app: every Nest app has one. */
function loadCompiler(): Compiler {
  return createRequire(join(process.cwd(), 'package.json'))('typescript') as Compiler;
}

/** Adds `IasModule` and the guard to the decorator `@Module()` of the root module. */
export function secureModule(text: string): string {
  if (text.includes('IasModule')) return text;
  const ts = loadCompiler();
  const withModule = addToList(ts, text, 'imports', 'IasModule.forRoot({ isGlobal: true })');
  const withGuard =
    withModule && addToList(ts, withModule, 'providers', '{ provide: APP_GUARD, useExisting: IasAuthGuard }');
  if (!withGuard) return text;
  const imports = [
    "import { APP_GUARD } from '@nestjs/core';",
    "import { IasAuthGuard, IasModule } from 'nest-ias';",
  ];
  return addImports(withGuard, /import[^;]*\bAPP_GUARD\b/.test(text) ? imports.slice(1) : imports);
}

/** Makes a health controller public: platforms probe it without a token. */
export function allowHealthRoutes(text: string): string {
  if (/@Public\(/.test(text) || !/^@Controller\(/m.test(text)) return text;
  return addImports(text.replace(/^@Controller\(/m, '@Public()\n@Controller('), [
    "import { Public } from 'nest-ias';",
  ]);
}

/** Replaces the guard in the existing tests of the app, which then need neither a token nor a binding. */
export function allowTests(text: string): string {
  const compiled = /(Test\.createTestingModule\(\{\s*imports: \[AppModule\],?\s*\}\))(\s*)\.compile\(\)/;
  if (text.includes('nest-ias') || !compiled.test(text)) return text;
  const overridden = text.replace(
    compiled,
    '$1\n      .overrideProvider(IasAuthGuard)\n      .useValue({ canActivate: () => true })\n      .compile()',
  );
  return addImports(overridden, ["import { IasAuthGuard } from 'nest-ias';"]);
}

/** @returns `undefined` if the decorator has an unexpected form */
function addToList(ts: Compiler, text: string, name: string, entry: string): string | undefined {
  const source = ts.createSourceFile('app.module.ts', text, ts.ScriptTarget.Latest, true);
  const options = findModuleOptions(ts, source);
  if (!options) return undefined;
  const property = options.properties.find((candidate) => candidate.name?.getText(source) === name);
  if (!property) return insert(text, options.properties.pos, `\n  ${name}: [${entry}],`);
  if (!ts.isPropertyAssignment(property) || !ts.isArrayLiteralExpression(property.initializer))
    return undefined;
  const { elements } = property.initializer;
  return insert(text, elements.pos, elements.length === 0 ? entry : `${entry}, `);
}

/** The object in the first `@Module({ … })`. */
function findModuleOptions(ts: Compiler, node: Node): ObjectLiteral | undefined {
  if (ts.isDecorator(node) && ts.isCallExpression(node.expression)) {
    const { expression, arguments: parameters } = node.expression;
    const [options] = parameters;
    if (expression.getText() === 'Module' && options && ts.isObjectLiteralExpression(options)) return options;
  }
  return ts.forEachChild(node, (child) => findModuleOptions(ts, child));
}

function insert(text: string, at: number, added: string): string {
  return text.slice(0, at) + added + text.slice(at);
}

/** After the last import of the file. */
function addImports(text: string, lines: readonly string[]): string {
  const imports = [...text.matchAll(/^import [^;]*;[ \t]*$/gm)];
  const last = imports.at(-1);
  const at = last ? last.index + last[0].length : 0;
  const added = lines.join('\n');
  return at === 0 ? `${added}\n${text}` : `${text.slice(0, at)}\n${added}${text.slice(at)}`;
}
