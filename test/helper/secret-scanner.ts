import { inspect } from 'node:util';

/** Patterns that no output may contain. */
const FORMS: readonly (readonly [what: string, form: RegExp])[] = [
  ['a JWT', /\beyJ[\w-]{5,}\.[\w-]+/],
  ['a private key', /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/],
  ['a private JWK', /"?\bd"?: ?["'][\w-]{40,}/],
  ['a client secret', /client_secret(?:=|%3D|["']?: ?["'])(?!\[redacted\]|_)/],
];

/** Length of the searched pieces. Any part of a token or key with at least `WINDOW + STEP` characters is found. */
const WINDOW = 32;
const STEP = 8;
/** Shorter opaque tokens could match unrelated text. */
const MIN_OPAQUE = 16;
const BASE64_RUN = /[\w+/-]{32,}/g;

/** Finds tokens, private keys and client secrets in texts by their form, and by their content if added. */
export class SecretScanner {
  readonly #windows = new Map<string, string>();
  readonly #texts = new Map<string, string>();

  /** @param token an access token or an assertion; the scanner also finds parts of its payload and its signature */
  addToken(token: string): void {
    const [opaque = '', payload, signature] = token.split('.');
    const isOpaque = payload === undefined || signature === undefined;
    if (isOpaque && opaque.length >= MIN_OPAQUE) this.#texts.set(opaque, 'a token');
    for (const part of [payload, signature]) this.#addWindows('a token', part ?? '');
  }

  /** @param pem a private key; the scanner also finds parts of it, with any line breaks */
  addPrivateKey(pem: string): void {
    // The beginning contains the algorithm only.
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

  /** Adds the secrets of a binding. */
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

  /** Returns the kinds of secrets in a text. */
  find(text: string): string[] {
    const byForm = FORMS.filter(([, form]) => form.test(text)).map(([what]) => what);
    const byText = [...this.#texts].filter(([secret]) => text.includes(secret)).map(([, what]) => what);
    return [...new Set([...byForm, ...byText, ...this.#findWindows(text)])];
  }

  /** Returns the kinds of secrets in a value, in all formats in which it could be logged. */
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

/** Serializes a value as loggers do: omits what JSON cannot represent. */
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
