import { randomBytes, randomUUID } from 'node:crypto';
import type { TenantUser } from '../tenant/tenant-user.js';

/** A user who has signed in with a browser. */
export interface UserSession {
  /** Claim `sid`. */
  readonly id: string;
  readonly user: TenantUser;
  /** When the user signed in: seconds since the epoch, claim `auth_time`. */
  readonly authTime: number;
  /** Whether the user has signed out; then its codes and refresh tokens are invalid. */
  hasEnded: boolean;
}

const COOKIE = 'landscape-session';
/** Only the pages of the tenant need it. */
const ATTRIBUTES = 'Path=/oauth2; HttpOnly; Secure; SameSite=Lax';
const MAXIMUM_SESSIONS = 1000;

/** The sessions of a tenant, by a cookie. They end with the landscape. */
export class UserSessions {
  readonly #byCookie = new Map<string, UserSession>();

  /** Returns the session of a request. */
  find(cookies: string | undefined): UserSession | undefined {
    return this.#byCookie.get(valueIn(cookies) ?? '');
  }

  /** Signs a user in and returns the value of the header Set-Cookie. */
  create(user: TenantUser, now: number): { readonly session: UserSession; readonly cookie: string } {
    const [oldest] = this.#byCookie.keys();
    if (oldest !== undefined && this.#byCookie.size >= MAXIMUM_SESSIONS) this.#byCookie.delete(oldest);
    const value = randomBytes(32).toString('base64url');
    const session = { id: randomUUID(), user, authTime: Math.floor(now / 1000), hasEnded: false };
    this.#byCookie.set(value, session);
    return { session, cookie: `${COOKIE}=${value}; ${ATTRIBUTES}` };
  }

  /** Signs the user of a request out and returns the value of the header Set-Cookie. */
  end(cookies: string | undefined): string {
    const value = valueIn(cookies);
    const session = this.#byCookie.get(value ?? '');
    if (value !== undefined && session !== undefined) {
      session.hasEnded = true;
      this.#byCookie.delete(value);
    }
    return `${COOKIE}=; ${ATTRIBUTES}; Max-Age=0`;
  }
}

function valueIn(cookies = ''): string | undefined {
  for (const cookie of cookies.split(';')) {
    const [name, value] = cookie.trim().split('=', 2);
    if (name === COOKIE) return value;
  }
  return undefined;
}
