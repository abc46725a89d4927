/** Parts of the landscape for the command `ias`, which explains its codes. */
export { explainRefusals } from './tenant/refusal-reasons.js';
export { ROUTER_REFUSALS } from './router/router-refusal.js';
