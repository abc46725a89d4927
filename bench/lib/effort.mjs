/**
 * Duration of a measurement.
 *
 * @typedef {object} Effort
 * @property {number} rounds
 * @property {number} seconds of load in each round
 * @property {number} share of the usual number of calls, requests and tokens
 */

/** @type {Effort} */
export const THOROUGH = { rounds: 5, seconds: 2, share: 1 };

/** Only checks that everything runs; the numbers are not meaningful. @type {Effort} */
export const QUICK = { rounds: 1, seconds: 1, share: 0.1 };
