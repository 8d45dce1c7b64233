/** A read-only CodeMirror for one object's YAML: folding, search, and lines that findings point at. */
import { yaml } from '@codemirror/lang-yaml';
import {
  codeFolding,
  foldGutter,
  foldKeymap,
  HighlightStyle,
  syntaxHighlighting,
} from '@codemirror/language';
import { openSearchPanel, search, searchKeymap } from '@codemirror/search';
import { EditorState, RangeSet, StateEffect, StateField } from '@codemirror/state';
import type { DecorationSet, ViewUpdate } from '@codemirror/view';
import {
  Decoration,
  EditorView,
  gutter,
  gutterLineClass,
  GutterMarker,
  hoverTooltip,
  keymap,
  lineNumbers,
  MatchDecorator,
  ViewPlugin,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';
import type { YamlMark } from '../../../shared/ipc.ts';
import type { Severity } from '../../../shared/model/finding.ts';
import { SEVERITIES } from '../../../shared/model/finding.ts';
import { clean } from '../../parts/text.ts';
import { minimalChange } from './text-change.ts';
import { drawSeverity } from './severity-shape.ts';
import { yamlTheme } from './yaml-theme.ts';

/** The words of CodeMirror's search panel, written as everywhere else. */
const PHRASES = {
  next: 'Next',
  previous: 'Previous',
  'match case': 'Match case',
  regexp: 'Regular expression',
  'by word': 'Whole words',
  close: 'Close',
};

const setMarks = StateEffect.define<readonly YamlMark[]>();

class SeverityMarker extends GutterMarker {
  readonly severity: Severity;
  constructor(severity: Severity) {
    super();
    this.severity = severity;
  }
  override eq(other: SeverityMarker): boolean {
    return other.severity === this.severity;
  }
  override toDOM(): Node {
    return drawSeverity(this.severity);
  }
}

/** Tints the gutters beside a marked line. */
class LineTint extends GutterMarker {
  override readonly elementClass: string;
  constructor(severity: Severity) {
    super();
    this.elementClass = `${severity}-line`;
  }
  override eq(other: LineTint): boolean {
    return other.elementClass === this.elementClass;
  }
}

/** Marks by line, the worst first on each. */
function byLine(marks: readonly YamlMark[], lines: number): ReadonlyMap<number, readonly YamlMark[]> {
  const grouped = new Map<number, YamlMark[]>();
  for (const mark of marks) {
    if (mark.line < 1 || mark.line > lines) continue;
    const known = grouped.get(mark.line);
    if (known) known.push(mark);
    else grouped.set(mark.line, [mark]);
  }
  for (const list of grouped.values())
    list.sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
  return grouped;
}

interface Marked {
  readonly lines: ReadonlyMap<number, readonly YamlMark[]>;
  readonly decorations: DecorationSet;
  readonly markers: RangeSet<GutterMarker>;
  readonly tints: RangeSet<GutterMarker>;
}

const NO_MARKERS = RangeSet.of<GutterMarker>([]);
const NOTHING: Marked = {
  lines: new Map(),
  decorations: Decoration.none,
  markers: NO_MARKERS,
  tints: NO_MARKERS,
};

const markField = StateField.define<Marked>({
  create: () => NOTHING,
  update(value, transaction) {
    for (const effect of transaction.effects) {
      if (!effect.is(setMarks)) continue;
      const { doc } = transaction.state;
      const lines = byLine(effect.value, doc.lines);
      const worst = [...lines].flatMap(([line, marks]) => {
        const first = marks[0];
        return first ? [{ at: doc.line(line).from, severity: first.severity }] : [];
      });
      worst.sort((a, b) => a.at - b.at);
      return {
        lines,
        decorations: Decoration.set(
          worst.map(({ at, severity }) => Decoration.line({ class: `cm-marked ${severity}-line` }).range(at)),
        ),
        markers: RangeSet.of(worst.map(({ at, severity }) => new SeverityMarker(severity).range(at))),
        tints: RangeSet.of(worst.map(({ at, severity }) => new LineTint(severity).range(at))),
      };
    }
    if (!transaction.docChanged) return value;
    const { changes } = transaction;
    return {
      lines: value.lines,
      decorations: value.decorations.map(changes),
      markers: value.markers.map(changes),
      tints: value.tints.map(changes),
    };
  },
  provide: (field) => [
    EditorView.decorations.from(field, (value) => value.decorations),
    gutterLineClass.from(field, (value) => value.tints),
  ],
});

const whyTooltip = hoverTooltip(
  (view, position) => {
    const line = view.state.doc.lineAt(position);
    const marks = view.state.field(markField).lines.get(line.number);
    if (!marks) return null;
    return {
      pos: line.from,
      above: false,
      create: () => {
        const dom = document.createElement('div');
        dom.className = 'cm-why';
        for (const mark of marks) {
          const text = document.createElement('p');
          text.textContent = clean(mark.why);
          dom.append(text);
        }
        return { dom };
      },
    };
  },
  { hoverTime: 150 },
);

// The grammar does not tell numbers and booleans from other plain text.
const numbers = new MatchDecorator({
  regexp: /(?<=(?::|-) )(?:true|false|null|~|-?\d+(?:\.\d+)?)(?=\s*$)/g,
  decoration: Decoration.mark({ class: 'cm-plain-number' }),
});
const numberPlugin = ViewPlugin.define(
  (view) => ({
    decorations: numbers.createDeco(view),
    update(update: ViewUpdate) {
      this.decorations = numbers.updateDeco(update, this.decorations);
    },
  }),
  { decorations: (plugin) => plugin.decorations },
);

const highlighting = syntaxHighlighting(
  HighlightStyle.define([
    { tag: tags.definition(tags.propertyName), color: 'var(--y-key)' },
    { tag: [tags.string, tags.special(tags.string), tags.content], color: 'var(--y-str)' },
    { tag: tags.lineComment, color: 'var(--y-cmt)' },
    { tag: [tags.labelName, tags.typeName, tags.keyword], color: 'var(--y-num)' },
  ]),
);

/** Handle on an editor; `show` replaces only what changed, so scroll position and folds stay. */
export interface YamlEditor {
  show(text: string, marks: readonly YamlMark[]): void;
  /** Brings a line, counted from 1, to the middle. */
  reveal(line: number): void;
  search(): void;
  focus(): void;
  destroy(): void;
}

export function createYamlEditor(parent: HTMLElement, label: string): YamlEditor {
  const view = new EditorView({
    parent,
    state: EditorState.create({
      extensions: [
        EditorState.readOnly.of(true),
        EditorState.phrases.of(PHRASES),
        EditorView.editable.of(false),
        EditorView.contentAttributes.of({ tabindex: '0', 'aria-label': label, 'aria-readonly': 'true' }),
        EditorView.lineWrapping,
        markField,
        gutter({ class: 'cm-mark-gutter', markers: (current) => current.state.field(markField).markers }),
        lineNumbers(),
        codeFolding(),
        foldGutter({ openText: '⌄', closedText: '›' }),
        yaml(),
        highlighting,
        numberPlugin,
        whyTooltip,
        search({ top: true }),
        keymap.of([{ key: 'Mod-a', run: selectDocument }, ...searchKeymap, ...foldKeymap]),
        yamlTheme,
      ],
    }),
  });
  return {
    show(text, marks) {
      const change = minimalChange(view.state.doc.toString(), text);
      if (change) view.dispatch({ changes: change });
      view.dispatch({ effects: setMarks.of(marks) });
    },
    reveal(line) {
      if (line < 1 || line > view.state.doc.lines) return;
      const { from } = view.state.doc.line(line);
      view.dispatch({
        selection: { anchor: from },
        effects: EditorView.scrollIntoView(from, { y: 'center' }),
      });
    },
    search() {
      view.focus();
      openSearchPanel(view);
    },
    focus() {
      view.focus();
    },
    destroy() {
      view.destroy();
    },
  };
}

function selectDocument(view: EditorView): boolean {
  view.dispatch({ selection: { anchor: 0, head: view.state.doc.length } });
  return true;
}
