import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import {
  AuthenticationException,
  IasModule,
  parseBearerCredentials,
  REJECTIONS,
  TokenAuthenticator,
} from 'nest-ias/internal';
import type { RejectionCode } from 'nest-ias/internal';

/** The decision of an app's guard about a token, without a request. */
export type Verdict =
  | { readonly claims: Readonly<Record<string, unknown>> }
  | {
      readonly code: RejectionCode;
      readonly status: number;
      readonly detail: string;
      readonly why: string | undefined;
    };

/**
 * Lets the real guard check a token: its form, issuer, audience, dates, signature, and whether the tenant accepts it.
 *
 * @throws {BindingError} @throws {ConfigurationError} the app would not start
 */
export async function guardVerdict(token: string, credentials: unknown): Promise<Verdict> {
  const app = await NestFactory.createApplicationContext(IasModule.forRoot({ credentials }), {
    logger: false,
    abortOnError: false,
  });
  try {
    const jwt = parseBearerCredentials([`Bearer ${token}`]);
    const { claims } = await app.get(TokenAuthenticator, { strict: false }).verify(jwt);
    return { claims };
  } catch (error) {
    if (!(error instanceof AuthenticationException)) throw error;
    const { code, detail, operatorDetail } = error;
    return { code, detail, status: REJECTIONS[code].status, why: operatorDetail };
  } finally {
    await app.close();
  }
}
