/** Parts of the library for the command `ias`, which explains the codes of our apps, and for the page. */
export { codeOfStatus, LOG_CODES, PROBLEM_CODES, titleOfStatus } from './problem-codes.js';
export { DAY_MS, describeSpan, relativeTime } from './time-spans.js';
