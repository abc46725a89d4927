import { config } from 'zod';

/**
 * By default, zod compiles a function for each schema of an object. That is worth it for thousands of objects, but our
 * apps check most schemas once, at the start, which it delays (docs/decisions/0002-one-bundle-for-each-app.md).
 *
 * zod reads this setting when a schema is defined, so this file comes before all others.
 */
config({ jitless: true });
