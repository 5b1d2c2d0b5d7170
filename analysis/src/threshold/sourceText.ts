import type { ASTNode } from '@marcbachmann/cel-js'
import { children } from './tree.ts'

/**
 * The text that a part of an expression stands in, brackets around its own parts included. The library's `serialize` is no substitute: it drops
 * brackets that matter (`a - (b - c)`) and digits behind the ninth.
 */
export function sourceTexts(source: string, root: ASTNode): (node: ASTNode) => string {
  const bare = withoutLiterals(source, root)
  return ({ range }) => {
    if (!range) throw new Error('a part of an expression has no place in its source')
    let [{ start, end }, opened, closed] = [range, 0, 0]
    for (const letter of bare.slice(start, end)) {
      if (letter === '(') opened++
      else if (letter === ')' && opened > 0) opened--
      else if (letter === ')') closed++
    }
    // The library's places leave out brackets at either end: a) == (b
    while (closed > 0 && start > 0) if (bare[--start] === '(') closed--
    while (opened > 0 && end < bare.length) if (bare[end++] === ')') opened--
    return source.slice(start, end)
  }
}

/** The source with every text and comment blanked out, so that brackets in them do not count. */
function withoutLiterals(source: string, root: ASTNode): string {
  const letters = source.split('')
  const blank = (start: number, end: number) => letters.fill(' ', start, end)
  const visit = (node: ASTNode) => {
    if (node.op === 'value' && typeof node.args !== 'number' && node.range) blank(node.range.start, node.range.end)
    children(node).forEach(visit)
  }
  visit(root)
  const bare = letters.join('')
  for (const { index, 0: comment } of bare.matchAll(/\/\/[^\n]*/g)) blank(index, index + comment.length)
  return letters.join('')
}
