import type { INestApplication, Type } from '@nestjs/common';
import { PATH_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import { ApiExtension, ApiSecurity, SwaggerModule } from '@nestjs/swagger';
import type { OpenAPIObject } from '@nestjs/swagger';
import { ConfigurationError } from '../errors/ias-error.js';

/** The method of a controller that handles a route. */
export interface DescribedRoute {
  readonly controller: Type;
  readonly handler: Handler;
}

type Handler = (...parameters: never[]) => unknown;

type PathItem = OpenAPIObject['paths'][string];
export type Operation = NonNullable<PathItem['get']>;
/** Parameters of `SwaggerModule.createDocument` after the app. */
export type DocumentParameters =
  Parameters<typeof SwaggerModule.createDocument> extends [unknown, ...infer Others] ? Others : never;

const CONTROLLER_MARK = 'x-nest-ias-controller';
const HANDLER_MARK = 'x-nest-ias-handler';

/**
 * Creates the OpenAPI document of an app, and finds the route that each of its operations describes.
 *
 * A document does not contain the method of an operation: its path has prefixes and versions, and the app chooses its
 * id. So each route carries a mark while `@nestjs/swagger` reads its metadata. One mark on the method is not
 * sufficient, because controllers share methods that they inherit.
 */
export function createDocumentWithRoutes(
  app: INestApplication,
  parameters: DocumentParameters,
): { readonly document: OpenAPIObject; readonly routes: ReadonlyMap<Operation, DescribedRoute> } {
  const controllers = controllersOf(app);
  const unmark = controllers.flatMap(markController);
  try {
    const document = SwaggerModule.createDocument(app, ...parameters);
    return { document, routes: takeMarks(document, controllers) };
  } finally {
    for (const restore of unmark.toReversed()) restore();
  }
}

function controllersOf(app: INestApplication): Type[] {
  const modules = [...app.get(ModulesContainer, { strict: false }).values()];
  return [...new Set(modules.flatMap(({ controllers }) => Array.from(controllers.values(), classOf)))];
}

function classOf({ metatype }: { readonly metatype: unknown }): Type {
  return metatype as Type;
}

/** Marks a controller with its index, and its methods with their names. @returns what removes the marks */
function markController(controller: Type, index: number): (() => void)[] {
  const prototype = controller.prototype as Record<string, Handler>;
  const methods = new MetadataScanner()
    .getAllMethodNames(prototype)
    .map((name) => ({ name, handler: prototype[name] as Handler }))
    .filter(({ handler }) => Reflect.hasMetadata(PATH_METADATA, handler));
  return [
    decorateForNow(controller, () => ApiSecurity(CONTROLLER_MARK, [String(index)])(controller)),
    ...methods.map(({ name, handler }) =>
      decorateForNow(handler, () =>
        ApiExtension(HANDLER_MARK, name)(prototype, name, { value: handler } as never),
      ),
    ),
  ];
}

/** @returns what restores the metadata of the target */
function decorateForNow(target: object, decorate: () => void): () => void {
  const metadata = () =>
    new Map(Reflect.getOwnMetadataKeys(target).map((key) => [key, Reflect.getOwnMetadata(key, target)]));
  const before = metadata();
  decorate();
  return () => {
    for (const key of metadata().keys()) {
      if (before.has(key)) Reflect.defineMetadata(key, before.get(key), target);
      else Reflect.deleteMetadata(key, target);
    }
  };
}

/** Removes the marks from the document. @returns the routes that they name, without those of webhooks */
function takeMarks(document: OpenAPIObject, controllers: readonly Type[]): Map<Operation, DescribedRoute> {
  const { webhooks = {} } = document as { readonly webhooks?: OpenAPIObject['paths'] };
  for (const operation of operationsOf(webhooks)) takeMark(operation, controllers);
  return new Map(
    operationsOf(document.paths).map((operation) => [operation, takeMark(operation, controllers)]),
  );
}

function takeMark(operation: Operation, controllers: readonly Type[]): DescribedRoute {
  const { [HANDLER_MARK]: name, ...rest } = operation as Operation & { readonly [HANDLER_MARK]?: string };
  // a class has the mark of the class that it extends, too; its own comes last
  const mark = operation.security?.findLast((requirement) => CONTROLLER_MARK in requirement);
  const controller = controllers[Number(mark?.[CONTROLLER_MARK]?.[0])];
  const handler = (controller?.prototype as Record<string, Handler> | undefined)?.[name ?? ''];
  if (controller === undefined || handler === undefined)
    throw new ConfigurationError(
      'The installed version of @nestjs/swagger does not say which route an operation describes. Install one that nest-ias supports.',
    );
  Reflect.deleteProperty(operation, HANDLER_MARK);
  const security = rest.security?.filter((requirement) => !(CONTROLLER_MARK in requirement)) ?? [];
  if (security.length > 0) operation.security = security;
  else Reflect.deleteProperty(operation, 'security');
  return { controller, handler };
}

const METHODS = [
  'get',
  'put',
  'post',
  'delete',
  'options',
  'head',
  'patch',
  'trace',
  'search',
  'query',
] as const;

function operationsOf(paths: Readonly<Record<string, PathItem>>): Operation[] {
  return Object.values(paths).flatMap((item) =>
    METHODS.flatMap((method) => (item as Readonly<Record<string, Operation | undefined>>)[method] ?? []),
  );
}
