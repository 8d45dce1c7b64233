/** Reads the texts of here-documents, which follow the line that names them. */
import type { Script, Word } from './syntax.ts';
import { readQuotedText, type Cursor } from './words.ts';

export interface PendingDocument {
  readonly delimiter: string;
  /** Nothing in it is expanded. */
  readonly isRaw: boolean;
  /** Tabs before each line are dropped. */
  readonly strips: boolean;
  readonly fill: (text: Word) => void;
}

export function readDocument(
  cursor: Cursor,
  { delimiter, isRaw, strips, fill }: PendingDocument,
  parse: (text: string) => Script,
): void {
  let text = '';
  while (cursor.at < cursor.text.length) {
    const end = cursor.text.indexOf('\n', cursor.at);
    const whole = cursor.text.slice(cursor.at, end < 0 ? undefined : end);
    const line = strips ? whole.replace(/^\t+/, '') : whole;
    cursor.at = end < 0 ? cursor.text.length : end + 1;
    if (line === delimiter) break;
    text += `${line}\n`;
  }
  fill(isRaw ? [{ kind: 'text', text, quoted: true }] : readQuotedText(text, true, parse));
}
