import {
  clientCredentialsRequest,
  clientParameters,
  exchangeRequest,
  RedactedToken,
  TokenRequestError,
  transportFailure,
} from 'nest-ias/internal';
import type { ClientCredential, TokenRequest } from 'nest-ias/internal';
import { exchange } from './http.js';
import type { Answer } from './http.js';

/** Which token to fetch. */
export interface WantedToken {
  readonly resource?: readonly string[] | undefined;
  readonly appTid?: string | undefined;
  /** Token of a user to exchange. */
  readonly userToken?: string | undefined;
}

/**
 * Sends one token request, without a retry: five failures lock a client for an hour.
 *
 * @throws {TokenRequestError} there was no response
 */
export async function sendTokenRequest(
  credential: ClientCredential,
  wanted: WantedToken,
  now: () => number,
): Promise<Answer> {
  const request = requestFor(credential, wanted);
  try {
    return await exchange(new URL(`${request.tenant}/oauth2/token`), {
      agent: credential.agent,
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
      body: formOf(credential, request),
      now,
    });
  } catch (error) {
    throw error instanceof TokenRequestError ? error : transportFailure(request.tenant, error);
  }
}

function requestFor(
  { binding }: ClientCredential,
  { userToken, resource, appTid }: WantedToken,
): TokenRequest {
  const target = { ...(resource && { resource }), ...(appTid !== undefined && { appTid }) };
  return userToken === undefined
    ? clientCredentialsRequest(binding, target)
    : exchangeRequest(new RedactedToken(userToken, binding.url), target);
}

function formOf({ binding }: ClientCredential, { grantType, parameters }: TokenRequest): string {
  const form = new URLSearchParams({ grant_type: grantType, ...clientParameters(binding) });
  for (const [name, value] of parameters) form.append(name, value);
  return form.toString();
}
