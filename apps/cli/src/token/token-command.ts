import { parseRetryAfter, parseTokenResponse, statusFailure } from 'nest-ias/internal';
import type { ClientCredential } from 'nest-ias/internal';
import { readUsableBinding } from '../binding/selected-binding.js';
import type { BindingOptions } from '../binding/source.js';
import type { Context } from '../context.js';
import { CommandError } from '../failures.js';
import { sendTokenRequest } from './token-exchange.js';
import type { WantedToken } from './token-exchange.js';
import { readUserToken } from './user-token.js';

/** Options of commands that fetch a token. */
export interface TokenCommandOptions extends BindingOptions {
  readonly resource?: readonly string[];
  readonly appTid?: string;
  readonly onBehalfOf?: string;
}

/** `ias token`: writes an access token to standard output, and nothing else. */
export async function token(
  options: TokenCommandOptions & { readonly print?: boolean },
  context: Context,
): Promise<void> {
  if (context.stdout.isTTY === true && options.print !== true) {
    throw new CommandError(
      'Standard output is a terminal, which would show and keep the token: pipe it into a command, or use --print.',
    );
  }
  const userToken = await readUserToken(options, context);
  const { credential } = await readUsableBinding(options, context);
  context.stdout.write(`${await fetchToken(credential, { ...options, userToken }, context)}\n`);
}

/** @throws {TokenRequestError} the tenant issued no token */
export async function fetchToken(
  credential: ClientCredential,
  wanted: WantedToken,
  { now }: Pick<Context, 'now'>,
): Promise<string> {
  const tenant = credential.binding.url;
  try {
    const { status, text, headers } = await sendTokenRequest(credential, wanted, now);
    if (status < 200 || status >= 300)
      throw statusFailure(tenant, status, text, parseRetryAfter(headers['retry-after'], now()));
    return parseTokenResponse(text, tenant, status).accessToken;
  } finally {
    credential.agent.destroy();
  }
}
