import { readFileSync } from 'node:fs';
import ts from 'typescript';

/** A member of an interface, as its docstring describes it. */
export interface DocumentedMember {
  readonly name: string;
  readonly text: string;
  /** What `@default` says. */
  readonly defaultText: string | undefined;
  /** Names of the fields of its type, as far as the file declares them. */
  readonly fields: readonly string[];
}

/** The members of an interface of a source file, in their order. */
export function membersOf(file: string, interfaceName: string): DocumentedMember[] {
  const source = parse(file);
  const declaration = declarationOf(source, interfaceName);
  if (declaration === undefined) throw new Error(`${file} has no interface ${interfaceName}.`);
  return declaration.members.flatMap((member) => {
    if (!ts.isPropertySignature(member)) return [];
    const name = ts.isStringLiteral(member.name) ? member.name.text : member.name.getText(source);
    const { text, defaultText } = docstringOf(member);
    return { name, text, defaultText, fields: [...new Set(fieldsOf(source, member.type))] };
  });
}

/** An environment variable of an app, as the docstring of its schema describes it. */
export type DocumentedVariable = Pick<DocumentedMember, 'name' | 'text' | 'defaultText'>;

/** The environment variables in the object literals of a source file that have a docstring, in their order. */
export function variablesOf(file: string): DocumentedVariable[] {
  const source = parse(file);
  const variables: DocumentedVariable[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && /^[A-Z][A-Z_]+$/.test(node.name.getText(source))) {
      const { text, defaultText } = docstringOf(node);
      if (text !== '') variables.push({ name: node.name.getText(source), text, defaultText });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return variables;
}

function docstringOf(node: ts.Node): Pick<DocumentedMember, 'text' | 'defaultText'> {
  const doc = ts.getJSDocCommentsAndTags(node).find(ts.isJSDoc);
  const byDefault = doc?.tags?.find(({ tagName }) => tagName.text === 'default');
  return { text: oneLine(doc?.comment), defaultText: byDefault && oneLine(byDefault.comment) };
}

/** A metric that `libs/ias` creates. */
export interface Metric {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
}

/** The objects of a source file with name, description and unit. */
export function metricsOf(file: string): Metric[] {
  const metrics: Metric[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isObjectLiteralExpression(node)) {
      const { name, description, unit } = stringsOf(node);
      if (name !== undefined && description !== undefined && unit !== undefined)
        metrics.push({ name, description, unit });
    }
    ts.forEachChild(node, visit);
  };
  visit(parse(file));
  return metrics;
}

/** The strings of the object that a source file assigns to a constant. */
export function constantOf(file: string, constant: string): Readonly<Record<string, string>> {
  let found: Record<string, string> = {};
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && node.name.getText() === constant) {
      const value = node.initializer && withoutTypes(node.initializer);
      if (value !== undefined && ts.isObjectLiteralExpression(value)) found = stringsOf(value);
    }
    ts.forEachChild(node, visit);
  };
  visit(parse(file));
  return found;
}

/** The expression without `as` and `satisfies`. */
function withoutTypes(expression: ts.Expression): ts.Expression {
  return ts.isAsExpression(expression) || ts.isSatisfiesExpression(expression)
    ? withoutTypes(expression.expression)
    : expression;
}

function parse(file: string): ts.SourceFile {
  return ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
}

function declarationOf(source: ts.SourceFile, name: string): ts.InterfaceDeclaration | undefined {
  return source.statements
    .filter((statement) => ts.isInterfaceDeclaration(statement))
    .find((statement) => statement.name.text === name);
}

function fieldsOf(source: ts.SourceFile, type: ts.TypeNode | undefined): string[] {
  if (type === undefined) return [];
  if (ts.isIntersectionTypeNode(type)) return type.types.flatMap((part) => fieldsOf(source, part));
  const members = ts.isTypeLiteralNode(type)
    ? type.members
    : ts.isTypeReferenceNode(type)
      ? (declarationOf(source, type.typeName.getText(source))?.members ?? [])
      : [];
  return Array.from(members, (member) => member.name?.getText(source) ?? '');
}

function stringsOf(node: ts.ObjectLiteralExpression): Record<string, string> {
  return Object.fromEntries(
    node.properties.flatMap((property) =>
      ts.isPropertyAssignment(property) && ts.isStringLiteral(property.initializer)
        ? [
            [
              ts.isStringLiteral(property.name) ? property.name.text : property.name.getText(),
              property.initializer.text,
            ],
          ]
        : [],
    ),
  );
}

function oneLine(comment: Parameters<typeof ts.getTextOfJSDocComment>[0]): string {
  return (ts.getTextOfJSDocComment(comment) ?? '').replaceAll(/\s+/g, ' ').trim();
}
