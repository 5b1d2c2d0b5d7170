import { type Document, isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseAllDocuments } from 'yaml'
import { type Finding, type LintContext, lint } from './lint.ts'

/** A finding in a text: `line` counts from 1. */
export interface TextFinding extends Finding {
  line: number
}

/** Lints a text of YAML (or JSON), with one or several documents. What is not YAML is a finding too; never throws. */
export function lintText(text: string, context: LintContext = {}): TextFinding[] {
  const lines = new LineCounter()
  const documents = [...parseAllDocuments(text, { lineCounter: lines })] as Document[]
  const syntax = documents.flatMap((document, index) =>
    document.errors.map(({ message, pos }): TextFinding => {
      const line = lines.linePos(pos[0]).line
      const said = message.split(' at line')[0] ?? message
      return { severity: 'error', document: index, name: '?', path: '', keys: [], message: `not YAML: ${said}`, line }
    }),
  )
  // What could not be read is not judged: its holes would only look like more mistakes.
  const values = documents.map((document) => (document.errors.length > 0 ? undefined : document.toJS()))
  const findings = lint(values, context).map((found): TextFinding => {
    const document = documents[found.document]
    return { ...found, line: document ? lineOf(document, found.keys, lines) : 1 }
  })
  return [...syntax, ...findings].sort((a, b) => a.line - b.line)
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
