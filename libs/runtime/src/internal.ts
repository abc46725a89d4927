/** Parts of the library for the command `ias`, which explains the codes of our apps. */
export { codeOfStatus, LOG_CODES, PROBLEM_CODES, titleOfStatus } from './problem-codes.js';
