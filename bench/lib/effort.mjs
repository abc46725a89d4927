/**
 * How long to measure.
 *
 * @typedef {object} Effort
 * @property {number} rounds
 * @property {number} seconds of load in each round
 * @property {number} share of the usual number of calls, requests and tokens
 */

/** @type {Effort} */
export const THOROUGH = { rounds: 5, seconds: 2, share: 1 };

/** Shows that everything runs; the numbers mean little. @type {Effort} */
export const QUICK = { rounds: 1, seconds: 1, share: 0.1 };
