import { type Document, LineCounter, parseAllDocuments } from 'yaml'
import { type Finding, type LintContext, lint } from './lint.ts'
import { lineOf } from './yamlPlaces.ts'

/** A finding in a text: `line` counts from 1. */
export interface TextFinding extends Finding {
  line: number
}

/** Lints a text of YAML (or JSON), with one or several documents. What is not YAML is a finding too; never throws. */
export function lintText(text: string, context: LintContext = {}): TextFinding[] {
  return lintTexts([text], context).map(({ text: _, ...found }) => found)
}

/** The same of several texts, whose objects may need each other. `text`: which one it is, counted from 0; in their order, then by line. */
export function lintTexts(texts: readonly string[], context: LintContext = {}): (TextFinding & { text: number })[] {
  const read = texts.flatMap((text, at) => {
    const lines = new LineCounter()
    return ([...parseAllDocuments(text, { lineCounter: lines })] as Document[]).map((document, index) => ({ document, index, at, lines }))
  })
  const syntax = read.flatMap(({ document, index, at, lines }) =>
    document.errors.map(({ message, pos }) => {
      const said = message.split(' at line')[0] ?? message
      const line = lines.linePos(pos[0]).line
      return { severity: 'error' as const, document: index, name: '?', path: '', keys: [], message: `not YAML: ${said}`, line, text: at }
    }),
  )
  // What could not be read is not judged: its holes would only look like more mistakes.
  const values = read.map(({ document }) => (document.errors.length > 0 ? undefined : document.toJS()))
  const findings = lint(values, context).map((found) => {
    const { document, index = 0, at = 0, lines } = read[found.document] ?? {}
    return { ...found, document: index, line: document && lines ? lineOf(document, found.keys, lines) : 1, text: at }
  })
  return [...syntax, ...findings].sort((a, b) => a.text - b.text || a.line - b.line)
}
