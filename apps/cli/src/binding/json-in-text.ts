/** An object in the output of a command, and the word before it (`VCAP_SERVICES:`). */
export interface JsonInText {
  readonly label: string | undefined;
  readonly value: unknown;
}

/** More than any real output has. It limits the work for hostile text. */
const MAX_CANDIDATES = 50;
const MAX_UNCLOSED = 5;

/** Finds the JSON objects in a text, such as the output of `cf env` or `cf service-key`. */
export function findJson(text: string): JsonInText[] {
  const whole = parse(text);
  if (whole !== undefined) return [{ label: undefined, value: whole }];
  const found: JsonInText[] = [];
  let from = 0;
  let unclosed = 0;
  for (let candidates = 0; candidates < MAX_CANDIDATES; candidates += 1) {
    const start = text.indexOf('{', from);
    if (start === -1) break;
    const end = endOfObject(text, start);
    if (end === undefined) unclosed += 1;
    if (unclosed > MAX_UNCLOSED) break;
    const value = end === undefined ? undefined : parse(text.slice(start, end));
    if (value !== undefined) found.push({ label: /(\w+): *$/.exec(text.slice(from, start))?.[1], value });
    from = value === undefined || end === undefined ? start + 1 : end;
  }
  return found;
}

/** The position after the brace that closes the object, without those in strings. */
function endOfObject(text: string, start: number): number | undefined {
  const tokens = /"(?:[^"\\]|\\.)*"|[{}]/gs;
  tokens.lastIndex = start;
  let depth = 0;
  for (let token = tokens.exec(text); token !== null; token = tokens.exec(text)) {
    if (token[0] === '{') depth += 1;
    else if (token[0] === '}') depth -= 1;
    if (depth === 0) return tokens.lastIndex;
  }
  return undefined;
}

function parse(text: string): unknown {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
