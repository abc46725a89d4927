import { describe, expect, it } from 'vitest';
import type { IasClaims } from '../access-token-schema.js';
import type { RoutePolicy } from '../route-policy.js';
import { assertPermitted } from './8-permissions.js';

const NO_DEMANDS: RoutePolicy = {
  isPublic: false,
  proofOfPossession: undefined,
  apis: undefined,
  isForTechnicalUsers: undefined,
  callers: undefined,
};
const codeOf = (
  claims: Partial<IasClaims>,
  demands: Partial<RoutePolicy>,
  appCallers?: readonly string[],
): unknown => {
  const token = { iss: 'https://t.example', aud: 'C', exp: 1, ...claims };
  try {
    assertPermitted(token, { ...NO_DEMANDS, ...demands }, appCallers);
    return 'permitted';
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
};

describe('assertPermitted', () => {
  it('permits every caller without demands', () => {
    expect(codeOf({}, {})).toBe('permitted');
  });

  it.each<[Partial<IasClaims>, string]>([
    [{ azp: 'A' }, 'permitted'],
    [{ azp: 'B' }, 'permitted'],
    [{ azp: 'a' }, 'caller_not_allowed'],
    [{ azp: 'AB' }, 'caller_not_allowed'],
    [{}, 'caller_not_allowed'],
  ])('compares the caller %j with the callers of the app and of the route: %s', (claims, code) => {
    expect(codeOf(claims, {}, ['A', 'B'])).toBe(code);
    expect(codeOf(claims, { callers: ['A', 'B'] })).toBe(code);
  });

  it('permits only callers that both the app and the route allow', () => {
    expect(codeOf({ azp: 'A' }, { callers: ['A'] }, ['B'])).toBe('caller_not_allowed');
    expect(codeOf({ azp: 'B' }, { callers: ['A'] }, ['B'])).toBe('caller_not_allowed');
    expect(codeOf({ azp: 'A' }, { callers: ['A'] }, ['A', 'B'])).toBe('permitted');
  });

  it('permits nobody with an empty list of callers', () => {
    expect(codeOf({ azp: 'A' }, {}, [])).toBe('caller_not_allowed');
    expect(codeOf({ azp: 'A' }, { callers: [] })).toBe('caller_not_allowed');
    expect(codeOf({}, { callers: [] })).toBe('caller_not_allowed');
  });

  it.each<[Partial<IasClaims>, boolean, string]>([
    [{ sap_id_type: 'app' }, true, 'permitted'],
    [{ sap_id_type: 'user' }, true, 'technical_user_required'],
    [{}, true, 'technical_user_required'],
    [{ sap_id_type: 'user' }, false, 'permitted'],
    [{}, false, 'permitted'],
  ])('with %j and @TechnicalUserOnly(%j): %s', (claims, isForTechnicalUsers, code) => {
    expect(codeOf(claims, { isForTechnicalUsers })).toBe(code);
  });

  it.each([
    [['read'], ['read'], false, 'permitted'],
    [['read', 'more'], ['read'], false, 'permitted'],
    [['read', 'write'], ['read', 'write'], false, 'permitted'],
    [['read'], ['read', 'write'], false, 'api_missing'],
    [['read'], ['read', 'write'], true, 'permitted'],
    [['more'], ['read', 'write'], true, 'api_missing'],
    [['Read', 'readx'], ['read'], false, 'api_missing'],
    [undefined, ['read'], false, 'api_missing'],
    [undefined, ['read'], true, 'api_missing'],
    [['read'], [], false, 'api_missing'],
    [['read'], [], true, 'api_missing'],
  ])('with the APIs %j granted and %j required, any: %j: %s', (ias_apis, names, any, code) => {
    expect(codeOf({ ...(ias_apis && { ias_apis }) }, { apis: { names, any } })).toBe(code);
  });

  it('checks each demand of a route that has several', () => {
    const demands = { callers: ['A'], isForTechnicalUsers: true, apis: { names: ['read'], any: false } };
    const granted = { azp: 'A', sap_id_type: 'app', ias_apis: ['read'] };
    expect(codeOf(granted, demands)).toBe('permitted');
    expect(codeOf({ ...granted, azp: 'B' }, demands)).toBe('caller_not_allowed');
    expect(codeOf({ ...granted, sap_id_type: 'user' }, demands)).toBe('technical_user_required');
    expect(codeOf({ ...granted, ias_apis: [] }, demands)).toBe('api_missing');
  });
});
