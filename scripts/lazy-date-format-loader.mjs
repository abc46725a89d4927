/**
 * Puts off the date format of Nest's loggers until a line is written with it: the first one of a process takes as long
 * as loading all of Fastify, and logs in JSON need none.
 *
 * @param {string} source of a logger
 */
// oxlint-disable-next-line import/no-default-export -- how a loader is found
export default function putOffDateFormat(source) {
  const eager = /new Intl\.DateTimeFormat\(([^;]+)\);/;
  if (!eager.test(source)) throw new Error("Nest's logger has no date format any more: this loader can go.");
  return source.replace(eager, '{ format: (moment) => new Intl.DateTimeFormat($1).format(moment) };');
}
