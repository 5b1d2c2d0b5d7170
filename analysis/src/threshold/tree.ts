import type { ASTNode } from '@marcbachmann/cel-js'

/** The parts of a part of an expression, in the order of the source. */
export function children(node: ASTNode): ASTNode[] {
  const found: ASTNode[] = []
  const collect = (part: unknown) => {
    if (Array.isArray(part)) part.forEach(collect)
    else if (typeof part === 'object' && part !== null && 'op' in part && 'args' in part) found.push(part as ASTNode)
  }
  collect(node.args)
  return found
}

export function contains(node: ASTNode, test: (node: ASTNode) => boolean): boolean {
  return test(node) || children(node).some((child) => contains(child, test))
}
