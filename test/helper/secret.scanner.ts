import { inspect } from 'node:util';

/** What no output may hold, whosever it is. */
const FORMS: readonly (readonly [what: string, form: RegExp])[] = [
  ['a JWT', /\beyJ[\w-]{5,}\.[\w-]+/],
  ['a private key', /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/],
  ['a private JWK', /"?\bd"?: ?["'][\w-]{40,}/],
  ['a client secret', /client_secret(?:=|%3D|["']?: ?["'])(?!\[redacted\]|_)/],
];

/** Shorter pieces of a secret are not looked for: they might be anything. */
const MIN_PIECE = 24;

/** Finds tokens, private keys and client secrets in texts, by their form and, once it knows them, by their content. */
export class SecretScanner {
  readonly #pieces = new Map<string, string>();

  /** @param token an access token, or an assertion; its payload and its signature count on their own */
  addToken(token: string): void {
    const [, payload, signature] = token.split('.');
    for (const piece of [token, payload, signature]) this.#add('a token', piece);
  }

  /** @param pem a private key; each of its lines counts on its own, however they are broken */
  addPrivateKey(pem: string): void {
    const base64 = pem.replaceAll(/-----[^-]+-----|\\n|\s/g, '');
    // Its beginning says the algorithm only.
    for (let start = 48; start + 32 <= base64.length; start += 8) {
      this.#add('a private key', base64.slice(start, start + 32));
    }
  }

  addClientSecret(secret: string): void {
    this.#pieces.set(secret, 'a client secret');
    this.#pieces.set(encodeURIComponent(secret), 'a client secret');
    this.#pieces.set(
      Buffer.from(secret).toString('base64').replace(/=+$/, '').slice(0, -2),
      'a client secret',
    );
  }

  /** Learns what a binding holds. */
  addCredentials(credentials: unknown): void {
    const { key, clientid, clientsecret } = credentials as Record<string, string | undefined>;
    if (key !== undefined) this.addPrivateKey(key);
    if (clientsecret === undefined) return;
    this.addClientSecret(clientsecret);
    const pair = [clientid ?? '', clientsecret].map((part) =>
      new URLSearchParams({ '': part }).toString().slice(1),
    );
    this.#add('a client secret', Buffer.from(pair.join(':')).toString('base64'));
  }

  /** What of it a text holds, each kind once. */
  find(text: string): string[] {
    const byForm = FORMS.filter(([, form]) => form.test(text)).map(([what]) => what);
    const byContent = [...this.#pieces].filter(([piece]) => text.includes(piece)).map(([, what]) => what);
    return [...new Set([...byForm, ...byContent])];
  }

  /** The same for a value, in every way it could get into a log. */
  findIn(value: unknown): string[] {
    const shown = [inspect(value, { depth: 12, showHidden: true, maxStringLength: null, breakLength: 1e6 })];
    if (typeof value === 'string') shown.push(value);
    if (value instanceof Error) shown.push(String(value), value.stack ?? '');
    return [...new Set([...shown, jsonOf(value)].flatMap((text) => this.find(text)))];
  }

  #add(what: string, piece: string | undefined): void {
    if (piece !== undefined && piece.length >= MIN_PIECE) this.#pieces.set(piece, what);
  }
}

/** JSON as loggers write it: what cannot be serialised is left out. */
function jsonOf(value: unknown): string {
  const seen = new WeakSet<object>();
  return (
    JSON.stringify(value, (_, inner: unknown) => {
      if (typeof inner === 'bigint') return String(inner);
      if (typeof inner !== 'object' || inner === null) return inner;
      if (seen.has(inner)) return undefined;
      seen.add(inner);
      return inner;
    }) ?? ''
  );
}
