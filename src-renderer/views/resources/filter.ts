/** The language of the filter field: free words, `ns:`, `status:` or any `column:`, and `sort:`. */

export interface FilterTerm {
  /** Lower-case, without spaces, dashes and underscores: `lastseen` for `Last Seen:`. */
  readonly key: string;
  /** As it was typed, for the chip. */
  readonly label: string;
  readonly values: readonly string[];
  /** True for `-status:Running`. */
  readonly negated: boolean;
}

export interface Filter {
  /** Lower-case words; a row must hold each of them. */
  readonly words: readonly string[];
  readonly terms: readonly FilterTerm[];
  readonly sort?: { readonly key: string; readonly descending: boolean };
}

/** Equal keys for `Last Seen`, `last-seen` and `lastSeen`. */
export function normaliseKey(name: string): string {
  return name.toLowerCase().replace(/[\s_-]+/g, '');
}

const TERM = /^(-?)([A-Za-z][\w .()-]*):(.*)$/s;

/**
 * Splits on spaces outside double quotes; quotes are dropped. A `key:` at the end of a token and a comma at the end
 * of a value reach over to the next token, so that `ns: a, b` reads like `ns:a,b`.
 */
export function splitTokens(text: string): string[] {
  const raw = text.match(/(?:"[^"]*"?|[^\s"])+/g) ?? [];
  const tokens: string[] = [];
  for (const token of raw) {
    const previous = tokens.at(-1);
    const open = previous !== undefined && TERM.test(previous) && /[:,]$/.test(previous);
    if (open) tokens[tokens.length - 1] = previous + token;
    else tokens.push(token);
  }
  return tokens;
}

function unquote(text: string): string {
  return text.replaceAll('"', '');
}

/** Values of a term: commas separate outside quotes. */
function splitValues(text: string): string[] {
  const parts = text.match(/(?:"[^"]*"?|[^,"])+/g) ?? [];
  return parts.map((part) => unquote(part).trim()).filter((part) => part !== '');
}

/**
 * Reads one token as `key:value`; undefined where it is a plain word. Any key is taken that `isKey` knows, so that
 * `10.0.0.1:80` and `Init:0/1` stay words.
 */
export function parseTerm(token: string, isKey: (key: string) => boolean): FilterTerm | undefined {
  if (token.startsWith('"')) return undefined;
  const match = TERM.exec(token);
  const label = match?.[2] ?? '';
  const key = normaliseKey(label);
  if (!match || key === '' || !isKey(key)) return undefined;
  return { key, label, values: splitValues(match[3] ?? ''), negated: match[1] === '-' };
}

/** Parses the whole field. Terms without a value are still being typed and say nothing. */
export function parseFilter(text: string, isKey: (key: string) => boolean): Filter {
  const words: string[] = [];
  const terms: FilterTerm[] = [];
  let sort: Filter['sort'];
  for (const token of splitTokens(text)) {
    const term = parseTerm(token, (key) => key === 'sort' || isKey(key));
    if (!term) {
      const word = unquote(token).toLowerCase();
      if (word !== '') words.push(word);
    } else if (term.key === 'sort') {
      const value = term.values[0];
      const key = normaliseKey(value ?? '');
      if (value !== undefined && isKey(key))
        sort = { key, descending: value.startsWith('-') || term.negated };
    } else if (term.values.length > 0) terms.push(term);
  }
  return { words, terms, ...(sort ? { sort } : {}) };
}

/** How a chip reads: `ns: payments, shop`. */
export function formatTerm(term: FilterTerm): string {
  return `${term.negated ? 'not ' : ''}${term.label}: ${term.values.join(', ')}`;
}

/** `>3`, `<=2h`: an operator and its operand; undefined for a plain value. */
export function parseComparison(
  value: string,
): { readonly operator: '<' | '<=' | '>' | '>='; readonly operand: string } | undefined {
  const match = /^(<=|>=|<|>)\s*([^<>=\s].*)$/.exec(value);
  if (!match) return undefined;
  return { operator: match[1] as '<' | '<=' | '>' | '>=', operand: match[2] ?? '' };
}

/** The text that chips and what is being typed stand for. */
export function joinTokens(tokens: readonly string[], draft: string): string {
  return [...tokens, draft].filter((part) => part !== '').join(' ');
}

/** Takes the finished terms out of a text as tokens; plain words and a term that is still typed stay in the draft. */
export function splitDraft(
  text: string,
  isTerm: (token: string) => boolean,
): { readonly tokens: readonly string[]; readonly draft: string } {
  const tokens: string[] = [];
  const words: string[] = [];
  for (const token of splitTokens(text)) {
    // `ns: a,` waits for what follows the comma.
    if (isTerm(token) && !token.endsWith(',')) tokens.push(token);
    else words.push(token);
  }
  const draft = words.join(' ');
  return { tokens, draft: draft !== '' && text.endsWith(' ') ? `${draft} ` : draft };
}
