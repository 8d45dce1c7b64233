/** Splits the text of a label selector into tokens, as the API server does. */

export interface Token {
  readonly type: 'end' | 'identifier' | 'operator' | 'error';
  readonly text: string;
}

const SPECIAL = new Set(['=', '!', '(', ')', ',', '>', '<']);
const OPERATORS = new Set([')', ',', '!', '==', '=', '>', '<', '!=', '(', 'in', 'notin']);

function operatorAt(text: string, start: number): Token {
  let found = '';
  let read = '';
  for (let at = start; at < text.length && SPECIAL.has(text.charAt(at)); at += 1) {
    read += text.charAt(at);
    if (OPERATORS.has(read)) found = read;
    else if (found !== '') break;
  }
  return found === ''
    ? { type: 'error', text: `error expected: keyword found '${read}'` }
    : { type: 'operator', text: found };
}

/** The words and symbols of the selector; the last token is always `end`. */
export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const letter = text.charAt(at);
    if (/[ \t\r\n]/.test(letter)) {
      at += 1;
      continue;
    }
    if (SPECIAL.has(letter)) {
      const token = operatorAt(text, at);
      tokens.push(token);
      at += Math.max(1, token.type === 'error' ? text.length : token.text.length);
      continue;
    }
    const start = at;
    while (at < text.length && !SPECIAL.has(text.charAt(at)) && !/[ \t\r\n]/.test(text.charAt(at))) at += 1;
    const word = text.slice(start, at);
    tokens.push({ type: OPERATORS.has(word) ? 'operator' : 'identifier', text: word });
  }
  tokens.push({ type: 'end', text: '' });
  return tokens;
}
