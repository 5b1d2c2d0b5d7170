import type { SyntaxNode } from '@lezer/common'
import { parser } from '@prometheus-io/lezer-promql'
import { type AggregateOp, aggregateOps, type BinaryOp, type Expr, isComparison, isSetOp, PromqlError } from './expr.ts'
import { durationMs, numberOf, stringOf, stringProblem } from './literals.ts'
import { selectorMatchers } from './matchers.ts'
import { functionSignatures, typeNames, typeOf } from './signatures.ts'
import { Source } from './source.ts'

const known = new Map<string, Expr>()
const cacheSize = 500

/** The query as a tree whose types fit. Throws a PromqlError with errorType bad_data. */
export function parsePromql(query: string): Expr {
  const cached = known.get(query)
  if (cached) return cached
  if (query.trim() === '') throw new PromqlError('bad_data', 'unknown position: parse error: no expression found in input')
  const source = new Source(query)
  const tree = parser.parse(query)
  tree.iterate({
    enter: (node) => {
      const unclosed = node.name === 'StringLiteral' ? stringProblem(source.text(node.node)) : undefined
      if (unclosed) source.refuse(node.node, unclosed)
      if (node.type.isError) source.refuse(node.node, syntaxProblem(query, node.node))
    },
  })
  const root = tree.topNode.firstChild
  if (!root) throw new PromqlError('bad_data', 'unknown position: parse error: no expression found in input')
  const expr = exprOf(source, root)
  if (known.size >= cacheSize) known.clear()
  known.set(query, expr)
  return expr
}

function syntaxProblem(query: string, node: SyntaxNode): string {
  const before = query.slice(0, node.from).trimEnd()
  const called = /([a-zA-Z_]\w*)$/.exec(before)?.[1]
  if (called !== undefined && query[node.from] === '(') return `unknown function with name "${called}"`
  if (query.slice(node.from).trim() === '') return 'unexpected end of input'
  const found = /^\s*([a-zA-Z_]\w*|[\d.]+\w*|\S)/.exec(query.slice(node.from))?.[1] ?? ''
  return /^[a-zA-Z_]/.test(found) ? `unexpected identifier "${found}"` : `unexpected "${found}"`
}

const children = (node: SyntaxNode, name?: string): SyntaxNode[] => {
  const found: SyntaxNode[] = []
  for (let child = node.firstChild; child; child = child.nextSibling) if (!name || child.name === name) found.push(child)
  return found
}

function exprOf(source: Source, node: SyntaxNode): Expr {
  switch (node.name) {
    case 'NumberDurationLiteral':
      return { kind: 'number', value: literal(source, node) }
    case 'ParenExpr':
      return exprOf(source, only(source, node))
    case 'UnaryExpr':
      return unaryOf(source, node)
    case 'VectorSelector':
      return { kind: 'selector', matchers: selectorMatchers(source, node), offsetMs: 0 }
    case 'MatrixSelector':
      return matrixOf(source, node)
    case 'OffsetExpr':
      return offsetOf(source, node)
    case 'FunctionCall':
      return callOf(source, node)
    case 'AggregateExpr':
      return aggregateOf(source, node)
    case 'BinaryExpr':
      return binaryOf(source, node)
    default:
      return source.refuse(node, `${node.name} is not known to this Prometheus: "${source.text(node).slice(0, 100)}"`)
  }
}

function only(source: Source, node: SyntaxNode): SyntaxNode {
  return node.firstChild ?? source.refuse(node, 'unexpected end of input')
}

function literal(source: Source, node: SyntaxNode): number {
  return numberOf(source.text(node)) ?? source.refuse(node, `bad number or duration syntax: "${source.text(node)}"`)
}

function duration(source: Source, node: SyntaxNode): number {
  const text = source.text(node).replaceAll(/\s/g, '')
  return durationMs(text) ?? source.refuse(node, `bad number or duration syntax: "${text}"`)
}

function unaryOf(source: Source, node: SyntaxNode): Expr {
  const [op, operand] = children(node)
  if (!op || !operand) return source.refuse(node, 'unexpected end of input')
  const of = exprOf(source, operand)
  if (typeOf(of) === 'matrix')
    source.refuse(node, `unary expression only allowed on expressions of type scalar or instant vector, got "${typeNames.matrix}"`)
  return source.text(op) === '-' ? { kind: 'negate', of } : of
}

function matrixOf(source: Source, node: SyntaxNode): Expr {
  const [operand, range] = children(node)
  if (!operand || !range) return source.refuse(node, 'unexpected end of input')
  const of = exprOf(source, operand)
  if (of.kind !== 'selector' || operand.name !== 'VectorSelector')
    return source.refuse(
      node,
      operand.name === 'OffsetExpr' ? 'no offset modifiers allowed before range' : 'ranges only allowed for vector selectors',
    )
  const rangeMs = duration(source, range)
  if (rangeMs <= 0) source.refuse(range, 'duration must be greater than 0')
  return { ...of, rangeMs }
}

function offsetOf(source: Source, node: SyntaxNode): Expr {
  const [operand] = children(node)
  const [by] = children(node, 'OffsetDurationExpr')
  if (!operand || !by) return source.refuse(node, 'unexpected end of input')
  const of = exprOf(source, operand)
  if (of.kind !== 'selector' || operand.name === 'ParenExpr' || of.offsetMs !== 0)
    return source.refuse(node, 'offset modifier must be preceded by an instant vector selector or range vector selector or a subquery')
  return { ...of, offsetMs: duration(source, by) }
}

function callOf(source: Source, node: SyntaxNode): Expr {
  const [identifier, body] = children(node)
  if (!identifier || !body) return source.refuse(node, 'unexpected end of input')
  const name = source.text(identifier)
  const signature = functionSignatures[name]
  if (!signature) return source.refuse(node, `function "${name}" is not known to this Prometheus`)
  const nodes = children(body)
  const most = signature.takes.length
  const least = most - (signature.optional ?? 0)
  const args = nodes.map((child) => exprOf(source, child))
  if (args.length < least || args.length > most) {
    const expected = least === most ? String(most) : args.length < least ? `at least ${least}` : `at most ${most}`
    source.refuse(node, `expected ${expected} argument(s) in call to "${name}", got ${args.length}`)
  }
  for (const [index, arg] of args.entries()) {
    const wanted = signature.takes[index] ?? 'vector'
    if (typeOf(arg) !== wanted)
      source.refuse(nodes[index] ?? node, `expected type ${typeNames[wanted]} in call to function "${name}", got ${typeNames[typeOf(arg)]}`)
  }
  return { kind: 'call', name, args }
}

function aggregateOf(source: Source, node: SyntaxNode): Expr {
  const [operator] = children(node, 'AggregateOp')
  const [modifier] = children(node, 'AggregateModifier')
  const [body] = children(node, 'FunctionCallBody')
  if (!operator || !body) return source.refuse(node, 'unexpected end of input')
  const op = source.text(operator).toLowerCase()
  if (!isAggregate(op)) return source.refuse(node, `aggregation "${op}" is not known to this Prometheus`)
  const args = children(body).map((child) => exprOf(source, child))
  const limits = op === 'topk' || op === 'bottomk'
  const wanted = limits ? 2 : 1
  if (args.length !== wanted)
    source.refuse(node, `wrong number of arguments for aggregate expression provided, expected ${wanted}, got ${args.length}`)
  const of = args.at(-1)
  const k = limits ? args[0] : undefined
  if (!of) return source.refuse(node, 'no arguments for aggregate expression provided')
  if (typeOf(of) !== 'vector') source.refuse(body, `expected type instant vector in aggregation expression, got ${typeNames[typeOf(of)]}`)
  if (k && typeOf(k) !== 'scalar') source.refuse(body, `expected type scalar in aggregation parameter, got ${typeNames[typeOf(k)]}`)
  const grouping = { without: modifier?.firstChild?.name === 'Without', labels: modifier ? groupingLabels(source, modifier) : [] }
  return { kind: 'aggregate', op, grouping, of, ...(k ? { k } : {}) }
}

const isAggregate = (op: string): op is AggregateOp => (aggregateOps as readonly string[]).includes(op)

function groupingLabels(source: Source, modifier: SyntaxNode): string[] {
  return children(modifier, 'GroupingLabels').flatMap((list) =>
    children(list).map((label) => (label.name === 'QuotedLabelName' ? stringOf(source.text(label)) : source.text(label))),
  )
}

const operators: Readonly<Record<string, BinaryOp>> = {
  Add: '+',
  Sub: '-',
  Mul: '*',
  Div: '/',
  Mod: '%',
  Pow: '^',
  Eql: '==',
  Neq: '!=',
  Gtr: '>',
  Lss: '<',
  Gte: '>=',
  Lte: '<=',
  And: 'and',
  Or: 'or',
  Unless: 'unless',
}

function binaryOf(source: Source, node: SyntaxNode): Expr {
  const parts = children(node)
  const [first, operator] = parts
  const last = parts.at(-1)
  const op = operators[operator?.name ?? '']
  if (!first || !operator || !last) return source.refuse(node, 'unexpected end of input')
  if (!op) return source.refuse(operator, `operator "${source.text(operator)}" is not known to this Prometheus`)
  const left = exprOf(source, first)
  const right = exprOf(source, last)
  const bool = parts.some(({ name }) => name === 'BoolModifier')
  const [clause] = children(node, 'MatchingModifierClause')
  const [fill] = children(node, 'FillModifier')
  if (fill) source.refuse(fill, 'fill modifiers are not known to this Prometheus')
  const types = [typeOf(left), typeOf(right)]
  if (types.includes('matrix')) source.refuse(node, 'binary expression must contain only scalar and instant vector types')
  if (bool && !isComparison(op)) source.refuse(operator, 'bool modifier can only be used on comparison operators')
  if (isComparison(op) && !bool && !types.includes('vector')) source.refuse(operator, 'comparisons between scalars must use BOOL modifier')
  if (isSetOp(op) && types.includes('scalar')) source.refuse(operator, `set operator "${op}" not allowed in binary scalar expression`)
  if (clause && types.includes('scalar')) source.refuse(clause, 'vector matching only allowed between instant vectors')
  const [group] = clause ? [...children(clause, 'GroupLeft'), ...children(clause, 'GroupRight')] : []
  if (group) source.refuse(group, `${source.text(group)} is not known to this Prometheus`)
  const matching = clause ? { ignoring: clause.firstChild?.name === 'Ignoring', labels: groupingLabels(source, clause) } : undefined
  const binary: Expr = { kind: 'binary', op, bool, left, right, ...(matching ? { matching } : {}) }
  // the grammar reads a sign as part of a number, but a power binds closer: -2 ^ 2 is -(2 ^ 2)
  if (op === '^' && left.kind === 'number' && first.name === 'NumberDurationLiteral' && source.text(first).startsWith('-')) {
    return { kind: 'negate', of: { ...binary, left: { kind: 'number', value: -left.value } } }
  }
  return binary
}
