import { ConsoleLogger } from '@nestjs/common';
import type { ServerSettings } from './server.settings.js';

/** What Nest tells of its own start; of interest to whoever debugs it. */
const CHATTER: ReadonlySet<unknown> = new Set([
  'InstanceLoader',
  'NestApplication',
  'NestFactory',
  'RouterExplorer',
  'RoutesResolver',
]);

/** One line an event: JSON on Cloud Foundry, text elsewhere. Nest's own start is told at level `debug`. */
export class AppLogger extends ConsoleLogger {
  constructor({ jsonLogs, colors, logLevels }: ServerSettings) {
    super({ json: jsonLogs, colors, logLevels });
  }

  override log(message: unknown, ...context: unknown[]): void {
    if (CHATTER.has(context.at(-1))) this.debug(message, ...context);
    else super.log(message, ...context);
  }
}
