import { tmpdir } from 'node:os';
import { BindingError, ConfigurationError, TokenRequestError } from 'nest-ias';
import { describe, expect, it } from 'vitest';
import { isStartedInRepository, messageWithDoctor, messageWithLinks } from './doctor-hint.js';

const DOCS = 'https://github.com/nest-ias/nest-ias/tree/main/docs';
const HOW_TO = `find the cause with ias doctor, see ${DOCS}/how-to/find-out-what-is-wrong.md`;

describe.each([
  new BindingError('binding_invalid', 'No client ID.'),
  new TokenRequestError('client_rejected', 'No token.'),
])('the message of $code, in one sentence,', (error) => {
  const start = error.message.slice(0, -1);
  const link = `about the code: ${DOCS}/reference/errors.md#${error.code}`;

  it('names the doctor', () => {
    expect(messageWithDoctor(error)).toBe(`${start} (${HOW_TO}).`);
  });

  it('also links to the documentation of the code', () => {
    expect(messageWithLinks(error, true)).toBe(
      `${start} (find the cause with npm run -s ias -- doctor; ${link}).`,
    );
    expect(messageWithLinks(error, false)).toBe(`${start} (${HOW_TO}; ${link}).`);
  });
});

it('names the landscape where no binding is', () => {
  const message = `No binding. Start the local landscape: ${DOCS}/how-to/develop-locally.md`;
  const error = new BindingError('binding_missing', message);
  const link = `about the code: ${DOCS}/reference/errors.md#binding_missing`;
  expect(messageWithLinks(error, true)).toBe(
    `${message} (npm run landscape starts it, npm run -s ias -- doctor finds the cause; ${link}).`,
  );
  expect(messageWithLinks(error, false)).toBe(`${message} (${HOW_TO}; ${link}).`);
});

it('names the doctor once', () => {
  const message = `No binding. "ias doctor" finds the cause: ${DOCS}/how-to/find-out-what-is-wrong.md`;
  const error = new BindingError('binding_missing', message);
  const link = `about the code: ${DOCS}/reference/errors.md#binding_missing`;
  expect(messageWithLinks(error, false)).toBe(`${message} (${link}).`);
  expect(messageWithDoctor(error)).toBe(message);
});

it('detects whether the scripts of this repository can be run in the current folder', () => {
  const before = process.cwd();
  try {
    expect(isStartedInRepository()).toBe(true);
    process.chdir('libs/runtime');
    expect(isStartedInRepository()).toBe(false);
    process.chdir(tmpdir());
    expect(isStartedInRepository()).toBe(false);
  } finally {
    process.chdir(before);
  }
});

it('leaves other messages as they are', () => {
  const error = new ConfigurationError('Wrong value.');
  expect([messageWithDoctor(error), messageWithLinks(error, true)]).toEqual(['Wrong value.', 'Wrong value.']);
});
