import { inspect } from 'node:util';

/** What no output may hold, whosever it is. */
const FORMS: readonly (readonly [what: string, form: RegExp])[] = [
  ['a JWT', /\beyJ[\w-]{5,}\.[\w-]+/],
  ['a private key', /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/],
  ['a private JWK', /"?\bd"?: ?["'][\w-]{40,}/],
  ['a client secret', /client_secret(?:=|%3D|["']?: ?["'])(?!\[redacted\]|_)/],
];

/** A piece of a token or key of this length is found, if it is {@link STEP} longer wherever it was cut. */
const WINDOW = 32;
const STEP = 8;
/** What is shorter might be anything. */
const MIN_OPAQUE = 16;
const BASE64_RUN = /[\w+/-]{32,}/g;

/** Finds tokens, private keys and client secrets in texts, by their form and, once it knows them, by their content. */
export class SecretScanner {
  readonly #windows = new Map<string, string>();
  readonly #texts = new Map<string, string>();

  /** @param token an access token, or an assertion; pieces of its payload and its signature count on their own */
  addToken(token: string): void {
    const [opaque = '', payload, signature] = token.split('.');
    const isOpaque = payload === undefined || signature === undefined;
    if (isOpaque && opaque.length >= MIN_OPAQUE) this.#texts.set(opaque, 'a token');
    for (const part of [payload, signature]) this.#addWindows('a token', part ?? '');
  }

  /** @param pem a private key; pieces of it count on their own, however its lines are broken */
  addPrivateKey(pem: string): void {
    // Its beginning says the algorithm only.
    this.#addWindows('a private key', pem.replaceAll(/-----[^-]+-----|\\n|\s/g, '').slice(48));
  }

  addClientSecret(secret: string): void {
    this.#texts.set(secret, 'a client secret');
    this.#texts.set(encodeURIComponent(secret), 'a client secret');
    this.#texts.set(
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
    this.#texts.set(Buffer.from(pair.join(':')).toString('base64'), 'a client secret');
  }

  /** What of it a text holds, each kind once. */
  find(text: string): string[] {
    const byForm = FORMS.filter(([, form]) => form.test(text)).map(([what]) => what);
    const byText = [...this.#texts].filter(([secret]) => text.includes(secret)).map(([, what]) => what);
    return [...new Set([...byForm, ...byText, ...this.#findWindows(text)])];
  }

  /** The same for a value, in every way it could get into a log. */
  findIn(value: unknown): string[] {
    const shown = [inspect(value, { depth: 12, showHidden: true, maxStringLength: null, breakLength: 1e6 })];
    if (typeof value === 'string') shown.push(value);
    if (value instanceof Error) shown.push(String(value), value.stack ?? '');
    return [...new Set([...shown, jsonOf(value)].flatMap((text) => this.find(text)))];
  }

  #addWindows(what: string, secret: string): void {
    for (let start = 0; start + WINDOW <= secret.length; start += STEP) {
      this.#windows.set(secret.slice(start, start + WINDOW), what);
    }
  }

  #findWindows(text: string): Set<string> {
    const found = new Set<string>();
    for (const [run] of text.matchAll(BASE64_RUN)) {
      for (let start = 0; start + WINDOW <= run.length; start += 1) {
        const what = this.#windows.get(run.slice(start, start + WINDOW));
        if (what !== undefined) found.add(what);
      }
    }
    return found;
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
