import { type Document, isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseAllDocuments } from 'yaml'
import { type Finding, type LintContext, lint } from './lint.ts'

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

/** Where a field stands: its key if it is there, else the innermost object around it. */
function lineOf(document: Document, keys: readonly (string | number)[], lines: LineCounter): number {
  let node: unknown = document.contents
  let start = startOf(document.contents)
  for (const key of keys) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key))
      if (!pair) break
      start = startOf(pair.key) ?? start
      node = pair.value
    } else if (isSeq(node)) {
      node = node.items[Number(key)]
      start = startOf(node) ?? start
    } else break
  }
  return start === undefined ? 1 : lines.linePos(start).line
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? (node as Node).range?.[0] : undefined
}
