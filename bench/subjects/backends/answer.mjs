/** What every backend answers: the same as ours. */
export function answerFor(/** @type {Record<string, any>} */ claims) {
  return {
    subject: claims['sub'],
    zone_uuid: claims['app_tid'],
    issuer: claims['iss'],
    aud: claims['aud'],
    cnf: claims['cnf'],
  };
}
