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
    const doc = ts.getJSDocCommentsAndTags(member).find(ts.isJSDoc);
    const byDefault = doc?.tags?.find(({ tagName }) => tagName.text === 'default');
    const name = ts.isStringLiteral(member.name) ? member.name.text : member.name.getText(source);
    return {
      name,
      text: oneLine(doc?.comment),
      defaultText: byDefault && oneLine(byDefault.comment),
      fields: [...new Set(fieldsOf(source, member.type))],
    };
  });
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
    const isIt = ts.isVariableDeclaration(node) && node.name.getText() === constant;
    if (isIt && node.initializer !== undefined && ts.isObjectLiteralExpression(node.initializer))
      found = stringsOf(node.initializer);
    ts.forEachChild(node, visit);
  };
  visit(parse(file));
  return found;
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
