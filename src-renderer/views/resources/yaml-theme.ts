/** The tokens of the theme for CodeMirror: surfaces, gutters, marked lines, search panel, tooltips. */
import { EditorView } from '@codemirror/view';

/** A marked line in the colour of its severity. */
function tint(severity: string): Readonly<Record<string, string>> {
  return { backgroundColor: `color-mix(in srgb, var(--${severity}) var(--tint), var(--code))` };
}

export const yamlTheme = EditorView.theme({
  '&': { height: '100%', backgroundColor: 'var(--code)', color: 'var(--fg-2)', font: 'var(--t-code)' },
  '&.cm-focused': { outline: '2px solid var(--accent)', outlineOffset: '-2px' },
  '.cm-scroller': {
    font: 'var(--t-code)',
    fontVariantLigatures: 'none',
    scrollbarWidth: 'thin',
    scrollbarColor: 'var(--line-2) transparent',
  },
  '.cm-content': { padding: '6px 0', caretColor: 'transparent' },
  '.cm-line': { padding: '0 10px 0 2px' },
  '.cm-gutters': { backgroundColor: 'var(--code)', color: 'var(--fg-3)', border: '0' },
  '.cm-lineNumbers .cm-gutterElement': { minWidth: '26px', padding: '0 2px 0 0' },
  '.cm-mark-gutter': { width: '20px' },
  '.cm-severity': { display: 'grid', placeItems: 'center', height: '18px', paddingLeft: '4px' },
  '.cm-foldGutter .cm-gutterElement': { width: '14px', textAlign: 'center', cursor: 'pointer' },
  '.cm-foldPlaceholder': {
    margin: '0 4px',
    padding: '0 6px',
    border: '1px solid var(--line-2)',
    borderRadius: '3px',
    backgroundColor: 'var(--bg-3)',
    color: 'var(--fg-2)',
  },
  '.cm-plain-number, .cm-plain-number span': { color: 'var(--y-num)' },
  '.critical-line': tint('critical'),
  '.high-line': tint('high'),
  '.medium-line': tint('medium'),
  '.low-line': tint('low'),
  '.info-line': tint('info'),
  '.cm-selectionMatch': { backgroundColor: 'color-mix(in srgb, var(--accent) 22%, transparent)' },
  '.cm-searchMatch': {
    backgroundColor: 'color-mix(in srgb, var(--medium) 30%, transparent)',
    outline: '1px solid var(--medium)',
  },
  '.cm-searchMatch-selected': {
    backgroundColor: 'color-mix(in srgb, var(--accent) 40%, transparent)',
    outline: '1px solid var(--accent)',
  },
  '.cm-panels': { backgroundColor: 'var(--bg-1)', color: 'var(--fg-1)' },
  '.cm-panels.cm-panels-top': { borderBottom: '1px solid var(--line-1)' },
  '.cm-panel.cm-search': {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: '4px 6px',
    padding: '6px 32px 6px 10px',
    font: 'var(--t-small)',
  },
  '.cm-panel.cm-search br': { display: 'none' },
  '.cm-panel.cm-search label': {
    display: 'inline-flex',
    alignItems: 'center',
    gap: '4px',
    minHeight: '24px',
  },
  '.cm-textfield': {
    flex: '1 1 140px',
    height: '26px',
    margin: '0',
    padding: '0 8px',
    border: '1px solid var(--line-3)',
    borderRadius: 'var(--r-2)',
    backgroundColor: 'var(--bg-2)',
    color: 'var(--fg-1)',
    font: 'var(--t-small)',
  },
  '.cm-button': {
    height: '26px',
    margin: '0',
    padding: '0 8px',
    border: '1px solid var(--line-2)',
    borderRadius: 'var(--r-2)',
    backgroundImage: 'none',
    backgroundColor: 'var(--bg-3)',
    color: 'var(--fg-1)',
    font: 'var(--t-small)',
  },
  '.cm-panel.cm-search [name=close]': {
    top: '6px',
    right: '6px',
    width: '24px',
    height: '24px',
    color: 'var(--fg-2)',
    fontSize: '16px',
  },
  '.cm-tooltip': {
    maxWidth: '400px',
    border: '1px solid var(--line-2)',
    borderRadius: 'var(--r-2)',
    backgroundColor: 'var(--bg-3)',
    color: 'var(--fg-1)',
    boxShadow: 'var(--shadow)',
  },
  '.cm-why': { padding: '6px 10px', font: 'var(--t-small)', overflowWrap: 'anywhere' },
});
