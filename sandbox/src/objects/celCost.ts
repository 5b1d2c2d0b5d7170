import type { Program } from './cel.ts'
import { located } from './celError.ts'
import { bool, type CelType, celType, int, nameOf, scalar, sizeOf, unknown } from './celTypes.ts'
import type { Schema } from './schema.ts'

/** The most that one rule may cost, over all places where it is checked, and all rules of a version together. */
export const ruleCostLimit = 10_000_000
export const schemaCostLimit = 100_000_000

export interface Estimate {
  /** The worst case, in the units of the limits above: roughly one a step. */
  cost: number
  /** What does not fit the schema: fields that it does not have, comparisons of different types. As the compiler would print it. */
  problems: string[]
  usesOldSelf: boolean
  /** CEL's name of the result's type; undefined where only running tells. */
  type: string | undefined
}

type Node = Program['ast']

interface Result {
  type: CelType
  cost: number
}

type Scope = ReadonlyMap<string, CelType>

interface Walk {
  source: string
  problems: string[]
  usesOldSelf: boolean
}

/** Costs that the estimate is made of: looking at a character, a character of a pattern, making a list or a map. */
const perCharacter = 0.1
const perPatternCharacter = 0.25
const makeList = 10
const makeMap = 30

/**
 * What a rule on a value of `schema` may cost at worst, from the limits that the schema declares, and which fields it names
 * that are not there. An estimate: it agrees with a real server on what is far too much and on what is cheap.
 */
export function estimate({ ast, source }: Program, schema: Schema, root: boolean): Estimate {
  const self = celType(schema, root)
  const walk: Walk = { source, problems: [], usesOldSelf: false }
  const scope: Scope = new Map([
    ['self', self],
    ['oldSelf', self],
  ])
  const { cost, type } = visit(ast, scope, walk)
  return { cost: Math.ceil(cost), problems: walk.problems, usesOldSelf: walk.usesOldSelf, type: nameOf(type) }
}

const sum = (results: readonly Result[]): number => results.reduce((total, { cost }) => total + cost, 0)
const traversal = (type: CelType): number => Math.max(1, Math.ceil(sizeOf(type) * perCharacter))

function visit(node: Node, scope: Scope, walk: Walk): Result {
  switch (node.op) {
    case 'value':
      return { type: literal(node.args), cost: 0 }
    case 'id':
      if (node.args === 'oldSelf') walk.usesOldSelf = true
      return { type: scope.get(node.args) ?? unknown, cost: 1 }
    case '.':
    case '.?': {
      const operand = visit(node.args[0], scope, walk)
      return { type: select(operand.type, node.args[1], node.args[0].end, walk), cost: operand.cost + 1 }
    }
    case '[]':
    case '[?]': {
      const [operand, index] = [visit(node.args[0], scope, walk), visit(node.args[1], scope, walk)]
      const { type } = operand
      const name = node.args[1].op === 'value' ? node.args[1].args : undefined
      const found = typeof name === 'string' && type.kind === 'object' ? select(type, name, node.args[0].end, walk) : elementOf(type)
      return { type: found, cost: operand.cost + index.cost + 1 }
    }
    case 'list': {
      const items = node.args.map((item) => visit(item, scope, walk))
      return { type: { kind: 'list', item: items[0]?.type ?? unknown, size: items.length }, cost: sum(items) + makeList }
    }
    case 'map': {
      const parts = node.args.flat().map((part) => visit(part, scope, walk))
      return { type: { kind: 'map', value: unknown, size: node.args.length }, cost: sum(parts) + makeMap }
    }
    case '?:': {
      const [condition, yes, no] = node.args.map((part) => visit(part, scope, walk)) as [Result, Result, Result]
      return { type: larger(yes.type, no.type), cost: condition.cost + Math.max(yes.cost, no.cost) }
    }
    case '||':
    case '&&':
      return { type: bool, cost: sum(node.args.map((part) => visit(part, scope, walk))) }
    case '!_':
      return { type: bool, cost: visit(node.args, scope, walk).cost + 1 }
    case '-_': {
      const operand = visit(node.args, scope, walk)
      return { type: operand.type, cost: operand.cost + 1 }
    }
    case 'call': {
      const [name, args] = node.args
      if (name === 'hasField' && args[0]) return { type: bool, cost: present(args[0], scope, walk) }
      const results = args.map((arg) => visit(arg, scope, walk))
      const type = called(name, results)
      return { type, cost: sum(results) + 1 }
    }
    case 'rcall':
      return method(node.args[0], node.args[1], node.args[2], scope, walk)
    default: {
      const [left, right] = node.args.map((part) => visit(part, scope, walk)) as [Result, Result]
      return binary(node.op, left, right, node.args[0].end, walk)
    }
  }
}

/** has(): the last field is only looked for, which is free. */
function present(node: Node, scope: Scope, walk: Walk): number {
  return Math.max(0, visit(node, scope, walk).cost - 1)
}

function select(type: CelType, name: string, at: number, walk: Walk): CelType {
  if (type.kind === 'object') {
    const field = type.fields.get(name)
    if (!field) walk.problems.push(located(walk.source, at, `undefined field '${name}'`))
    return field ? celType(field) : unknown
  }
  return type.kind === 'map' ? type.value : unknown
}

const elementOf = (type: CelType): CelType => (type.kind === 'list' ? type.item : type.kind === 'map' ? type.value : unknown)

const larger = (a: CelType, b: CelType): CelType => (sizeOf(a) >= sizeOf(b) ? a : b)

function called(name: string, results: readonly Result[]): CelType {
  switch (name) {
    case 'dyn':
      return { kind: 'unknown', size: Math.max(1, ...results.map(({ type }) => sizeOf(type))) }
    case 'size':
    case 'int':
      return int
    case 'string':
      return { kind: 'text', size: Math.max(32, ...results.map(({ type }) => sizeOf(type))) }
    case 'isQuantity':
    case 'isURL':
    case 'isIP':
    case 'isCIDR':
      return bool
    default:
      return scalar
  }
}

function literal(value: unknown): CelType {
  if (typeof value === 'string') return { kind: 'text', size: value.length }
  if (typeof value === 'bigint') return int
  if (typeof value === 'number') return { kind: 'scalar', name: 'double' }
  return typeof value === 'boolean' ? bool : scalar
}

const numbers = ['int', 'double']
const arithmetic: Record<string, readonly string[]> = {
  '+': [...numbers, 'string', 'list'],
  '-': numbers,
  '*': numbers,
  '/': numbers,
  '%': ['int'],
}
const orders = new Set(['<', '<=', '>', '>='])

/** Whether the operator takes values of these types. Numbers are ordered with each other, and equal only to their own kind. */
function hasOverload(op: string, a: string, b: string): boolean {
  if (op === 'in') return b === 'list' || b === 'map'
  if (orders.has(op)) return numbers.includes(a) ? numbers.includes(b) : a === b && (a === 'string' || a === 'bool')
  return a === b && (arithmetic[op]?.includes(a) ?? true)
}

function binary(op: string, left: Result, right: Result, at: number, walk: Walk): Result {
  const cost = left.cost + right.cost
  const [a, b] = [nameOf(left.type), nameOf(right.type)]
  if (a !== undefined && b !== undefined && !hasOverload(op, a, b)) {
    const where = walk.source.indexOf(op, at)
    const name = op === 'in' ? '@in' : `_${op}_`
    walk.problems.push(located(walk.source, where, `found no matching overload for '${name}' applied to '(${a}, ${b})'`))
  }
  const smaller = Math.min(sizeOf(left.type), sizeOf(right.type))
  switch (op) {
    case '+': {
      if (left.type.kind === 'list') return { type: { ...left.type, size: left.type.size + sizeOf(right.type) }, cost: cost + 1 }
      if (left.type.kind !== 'text' && right.type.kind !== 'text') return { type: left.type, cost: cost + 1 }
      const size = sizeOf(left.type) + sizeOf(right.type)
      return { type: { kind: 'text', size }, cost: cost + Math.ceil(size * perCharacter) }
    }
    case 'in':
      return { type: bool, cost: cost + (right.type.kind === 'map' ? 1 : sizeOf(right.type)) }
    case '-':
    case '*':
    case '/':
    case '%':
      return { type: left.type, cost: cost + 1 }
    default: {
      return { type: bool, cost: cost + Math.max(1, Math.ceil(smaller * perCharacter)) }
    }
  }
}

/** What one round of each comprehension costs besides its own expression. */
const rounds: Record<string, number> = { all: 3, exists: 4, exists_one: 2, existsOne: 2, map: 12, filter: 13 }

function method(name: string, receiver: Node, args: readonly Node[], scope: Scope, walk: Walk): Result {
  const target = visit(receiver, scope, walk)
  const round = rounds[name]
  const [variable] = args
  if (round !== undefined && variable?.op === 'id' && args.length > 1) {
    return comprehension(name, round, target, variable.args, args.slice(1), scope, walk)
  }
  if (name === 'bind' && variable?.op === 'id' && args[1] && args[2]) {
    const bound = visit(args[1], scope, walk)
    const result = visit(args[2], new Map([...scope, [variable.args, bound.type]]), walk)
    return { type: result.type, cost: bound.cost + result.cost + 1 }
  }
  const results = args.map((arg) => visit(arg, scope, walk))
  const cost = target.cost + sum(results)
  const argument = results[0]?.type ?? scalar
  switch (name) {
    case 'startsWith':
    case 'endsWith':
      return { type: bool, cost: cost + traversal(argument) }
    case 'contains':
      return { type: bool, cost: cost + traversal(target.type) * traversal(argument) }
    case 'matches':
    case 'find':
      return {
        type: name === 'matches' ? bool : textOf(target),
        cost: cost + traversal(target.type) * Math.max(1, Math.ceil(sizeOf(argument) * perPatternCharacter)),
      }
    case 'split':
      return { type: { kind: 'list', item: textOf(target), size: sizeOf(target.type) }, cost: cost + traversal(target.type) }
    case 'join': {
      const item = elementOf(target.type)
      const size = sizeOf(target.type) * (sizeOf(item) + sizeOf(argument))
      return { type: { kind: 'text', size }, cost: cost + Math.ceil(size * perCharacter) }
    }
    case 'lowerAscii':
    case 'upperAscii':
    case 'trim':
    case 'replace':
    case 'substring':
    case 'reverse':
      return { type: target.type, cost: cost + traversal(target.type) }
    case 'indexOf':
    case 'lastIndexOf':
      return { type: int, cost: cost + traversal(target.type) }
    case 'isSorted':
      return { type: bool, cost: cost + sizeOf(target.type) }
    case 'size':
      return { type: int, cost: cost + 1 }
    case 'hasValue':
      return { type: bool, cost: cost + 1 }
    case 'sum':
    case 'min':
    case 'max':
      return { type: elementOf(target.type), cost: cost + sizeOf(target.type) }
    case 'orValue':
      return { type: larger(target.type, argument), cost: cost + 1 }
    case 'value':
      return { type: target.type, cost: cost + 1 }
    default:
      return { type: scalar, cost: cost + 1 }
  }
}

const textOf = ({ type }: Result): CelType => (type.kind === 'text' ? type : unknown)

function comprehension(
  name: string,
  round: number,
  range: Result,
  variable: string,
  body: readonly Node[],
  scope: Scope,
  walk: Walk,
): Result {
  const { type } = range
  const item: CelType = type.kind === 'map' ? { kind: 'text', size: 0 } : elementOf(type)
  const inner: Scope = new Map([...scope, [variable, item]])
  const steps = body.map((node) => visit(node, inner, walk))
  const cost = range.cost + 1 + sizeOf(type) * (sum(steps) + round)
  if (name === 'map') return { type: { kind: 'list', item: steps.at(-1)?.type ?? unknown, size: sizeOf(type) }, cost }
  return { type: name === 'filter' ? { kind: 'list', item, size: sizeOf(type) } : bool, cost }
}
