import type { SyntaxNode } from '@lezer/common'
import { PromqlError } from './expr.ts'

/** The text of a query, and how parts of it are refused. */
export class Source {
  readonly query: string
  constructor(query: string) {
    this.query = query
  }

  text(node: SyntaxNode): string {
    return this.query.slice(node.from, node.to)
  }

  refuse(node: SyntaxNode, problem: string): never {
    const before = this.query.slice(0, node.from).split('\n')
    throw new PromqlError('bad_data', `${before.length}:${(before.at(-1)?.length ?? 0) + 1}: parse error: ${problem}`)
  }
}
