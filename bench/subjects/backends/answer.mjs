/** Returns the answer of every backend, the same as that of nest-ias. */
export function answerFor(/** @type {Record<string, any>} */ claims) {
  return {
    subject: claims['sub'],
    zone_uuid: claims['app_tid'],
    issuer: claims['iss'],
    aud: claims['aud'],
    cnf: claims['cnf'],
  };
}
