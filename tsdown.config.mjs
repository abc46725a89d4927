import { cli } from './apps/cli/tsdown.config.mjs';
import ias from './libs/ias/tsdown.config.mjs';
import landscape from './libs/landscape/tsdown.config.mjs';
import testing from './libs/testing/tsdown.config.mjs';

/** `npm run build:packages` */
export default [ias, landscape, ...testing, cli];
