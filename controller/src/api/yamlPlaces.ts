import { type Document, isMap, isNode, isScalar, isSeq, type LineCounter } from 'yaml'

/** Where a field of a document stands, counted from 1: its key if it is there, else the innermost object around it. Of a key that stands twice the last, which counts. */
export function lineOf(document: Document, path: readonly (string | number)[], lines: LineCounter): number {
  let node: unknown = document.contents
  let start = startOf(node)
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.findLast((item) => isScalar(item.key) && String(item.key.value) === String(key))
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
  return isNode(node) ? node.range?.[0] : undefined
}
