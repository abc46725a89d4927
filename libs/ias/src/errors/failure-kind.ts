/**
 * How a call to another system failed, for whoever maps it to an HTTP status:
 * `unavailable` (503: unreachable, overloaded, cooling down), `timeout` (504), `refused` (502: refusal or nonsense).
 */
export type FailureKind = 'unavailable' | 'timeout' | 'refused';
