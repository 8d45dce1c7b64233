/** Arithmetic of the shell: `$(( … ))` over integers. */

const LEVELS: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<=', '>=', '<', '>'],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
];

const OPERATIONS: Readonly<Record<string, (left: number, right: number) => number>> = {
  '||': (left, right) => Number(left !== 0 || right !== 0),
  '&&': (left, right) => Number(left !== 0 && right !== 0),
  '|': (left, right) => left | right,
  '^': (left, right) => left ^ right,
  '&': (left, right) => left & right,
  '==': (left, right) => Number(left === right),
  '!=': (left, right) => Number(left !== right),
  '<=': (left, right) => Number(left <= right),
  '>=': (left, right) => Number(left >= right),
  '<': (left, right) => Number(left < right),
  '>': (left, right) => Number(left > right),
  '<<': (left, right) => left * 2 ** right,
  '>>': (left, right) => Math.floor(left / 2 ** right),
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => Math.trunc(left / right),
  '%': (left, right) => left % right,
};

const TOKEN = /\s*(\d+|[A-Za-z_]\w*|\|\||&&|==|!=|<=|>=|<<|>>|\+\+|--|[+*/%-]=|[-+*/%<>()!~^&|?:=])/y;

/** The value of an expression, or why there is none. */
export function evaluate(
  text: string,
  get: (name: string) => string,
  set: (name: string, value: string) => void,
): number | string {
  const tokens: string[] = [];
  for (TOKEN.lastIndex = 0; TOKEN.lastIndex < text.trimEnd().length;) {
    const token = TOKEN.exec(text)?.[1];
    if (token === undefined || tokens.length > 500) return 'arithmetic syntax error';
    tokens.push(token);
  }
  let at = 0;
  const number = (name: string): number => Number.parseInt(get(name), 10) || 0;

  function primary(): number {
    const token = tokens[at];
    at += 1;
    if (token === undefined) throw new SyntaxError('arithmetic syntax error');
    if (token === '(') {
      const value = assignment();
      if (tokens[at] !== ')') throw new SyntaxError('arithmetic syntax error');
      at += 1;
      return value;
    }
    if (token === '-') return -primary();
    if (token === '+') return primary();
    if (token === '!') return Number(primary() === 0);
    if (token === '~') return ~primary();
    if (/^\d/.test(token)) return Number(token);
    if (!/^[A-Za-z_]/.test(token)) throw new SyntaxError('arithmetic syntax error');
    const value = number(token);
    if (tokens[at] === '++' || tokens[at] === '--') {
      set(token, String(value + (tokens[at] === '++' ? 1 : -1)));
      at += 1;
    }
    return value;
  }

  function level(depth: number): number {
    const operators = LEVELS[depth];
    if (operators === undefined) return primary();
    let left = level(depth + 1);
    for (
      let operator = tokens[at];
      operator !== undefined && operators.includes(operator);
      operator = tokens[at]
    ) {
      at += 1;
      const right = level(depth + 1);
      if ((operator === '/' || operator === '%') && right === 0) throw new SyntaxError('divide by zero');
      left = OPERATIONS[operator]?.(left, right) ?? 0;
    }
    return left;
  }

  function assignment(): number {
    const [name = '', operator = ''] = [tokens[at], tokens[at + 1]];
    if (/^[A-Za-z_]/.test(name) && /^[+*/%-]?=$/.test(operator)) {
      at += 2;
      const right = assignment();
      const value = operator === '=' ? right : (OPERATIONS[operator.charAt(0)]?.(number(name), right) ?? 0);
      set(name, String(value));
      return value;
    }
    const test = level(0);
    if (tokens[at] !== '?') return test;
    at += 1;
    const yes = assignment();
    if (tokens[at] !== ':') throw new SyntaxError('arithmetic syntax error');
    at += 1;
    const no = assignment();
    return test === 0 ? no : yes;
  }

  try {
    const value = tokens.length === 0 ? 0 : assignment();
    return at === tokens.length ? value : 'arithmetic syntax error';
  } catch (error) {
    if (error instanceof SyntaxError) return error.message;
    throw error;
  }
}
