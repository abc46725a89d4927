/** Parts of the landscape for the command `ias`, which explains its codes, and for `npm run landscape`. */
export { explainRefusals } from './tenant/refusal-reasons.js';
export { ROUTER_REFUSALS } from './router/router-refusal.js';
export { onParentExit } from './command/parent-exit.mjs';
