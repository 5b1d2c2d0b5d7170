import type { ASTNode, Environment } from '@marcbachmann/cel-js'
import { TableError } from '../check.ts'
import { nearest } from '../read/nearest.ts'
import type { Form } from '../table.ts'
import { armFields, environmentFor, mostLetters } from './language.ts'
import { sourceTexts } from './sourceText.ts'
import { children, contains } from './tree.ts'

export type Variables = Readonly<Record<'value' | 'canary' | 'baseline', unknown>>

/** `unknown`: the answer hangs on a NaN. */
export type Answer = true | false | 'unknown' | { readonly error: string }

/** A condition that was compiled and type-checked once. */
export interface Condition {
  readonly source: string
  ask(variables: Variables): Answer
}

type TextOf = (node: ASTNode) => string
type Run = (variables: Record<string, unknown>) => unknown

/** Loops over a list, by the name of the macro. */
const loops: readonly string[] = ['all', 'exists', 'exists_one', 'map', 'filter']
const comparisons: readonly string[] = ['<', '<=', '>', '>=', '==', '!=']

/**
 * Compiles a condition in CEL over `value`, `canary` and `baseline`; the two are checked by the fields of the form when it is given. A comparison
 * with NaN is neither true nor false: the answer is `unknown` unless the rest decides (`isNaN(value) || value < 5`). As in CEL, an error in one
 * side of || or && does not matter when the other decides. No clock, no patterns, no loops in loops: the cost is bounded.
 *
 * Throws a TableError that says what is wrong and at which character.
 */
export function compile(source: string, form?: Form): Condition {
  if (source.length > mostLetters)
    throw new TableError(`the expression has ${source.length} characters: at most ${mostLetters} are allowed`)
  const environment = environmentFor(form)
  const ast = checked(environment, source, form)
  refuseCostly(ast, source, 0)
  return { source, ask: conditionOf(ast, environment, sourceTexts(source, ast)) }
}

function checked(environment: Environment, source: string, form: Form | undefined): ASTNode {
  const fail = (error: unknown): never => {
    throw wrong(source, startOf(error), reason(error, form))
  }
  try {
    const parsed = environment.parse(source)
    const { valid, type, error } = parsed.check()
    if (!valid) return fail(error)
    if (type === 'bool') return parsed.ast
    throw wrong(source, undefined, `it gives ${type === 'dyn' ? 'a value' : `a ${type}`}: write a comparison, like value < 5`)
  } catch (error) {
    return error instanceof TableError ? rethrow(error) : fail(error)
  }
}

function refuseCostly(node: ASTNode, source: string, depth: number): void {
  const method = node.op === 'rcall' ? node.args[0] : undefined
  const looping = method !== undefined && loops.includes(method)
  if (looping && depth > 0) throw wrong(source, node.range?.start, 'a loop inside a loop is not allowed')
  if (method === 'matches') throw wrong(source, node.range?.start, 'patterns are not available: compare numbers')
  for (const child of children(node)) refuseCostly(child, source, depth + (looping ? 1 : 0))
}

/** Follows || && ! ?: with three values and errors; what is between them is evaluated by the library. */
function conditionOf(node: ASTNode, environment: Environment, textOf: TextOf): (variables: Variables) => Answer {
  const of = (child: ASTNode) => conditionOf(child, environment, textOf)
  switch (node.op) {
    case '&&':
      return both(of(node.args[0]), of(node.args[1]), false)
    case '||':
      return both(of(node.args[0]), of(node.args[1]), true)
    case '!_': {
      const inner = of(node.args)
      return (variables) => {
        const answer = inner(variables)
        return typeof answer === 'boolean' ? !answer : answer
      }
    }
    case '?:': {
      const [when, yes, no] = [of(node.args[0]), of(node.args[1]), of(node.args[2])]
      return (variables) => {
        const answer = when(variables)
        return typeof answer === 'boolean' ? (answer ? yes : no)(variables) : answer
      }
    }
    default:
      return leafOf(node, environment, textOf)
  }
}

/** `decisive` decides alone; else an error weighs more than an unknown, and that more than the rest. */
function both(
  left: (variables: Variables) => Answer,
  right: (variables: Variables) => Answer,
  decisive: boolean,
): (variables: Variables) => Answer {
  return (variables) => {
    const first = left(variables)
    if (first === decisive) return decisive
    const second = right(variables)
    if (second === decisive) return decisive
    if (typeof first === 'object') return first
    if (typeof second === 'object') return second
    return first === 'unknown' || second === 'unknown' ? 'unknown' : !decisive
  }
}

function leafOf(node: ASTNode, environment: Environment, textOf: TextOf): (variables: Variables) => Answer {
  const text = textOf(node)
  const run: Run = environment.parse(text)
  const operands = comparisons.includes(node.op) ? children(node).map((child): Run => environment.parse(textOf(child))) : []
  const named = names(node)
  const loopsOverValue = named.has('value') && contains(node, (one) => one.op === 'rcall' && loops.includes(one.args[0]))
  const minds = contains(node, (one) => one.op === 'call' && one.args[0] === 'isNaN')
  return (variables) => {
    for (const arm of ['canary', 'baseline'] as const)
      if (named.has(arm) && (variables[arm] === undefined || variables[arm] === null)) return { error: `there is no data of the ${arm}` }
    const context = { ...variables, value: variables.value ?? null }
    try {
      const unclear = operands.some((operand) => Number.isNaN(operand(context)))
      if (unclear && !minds) return 'unknown'
      const { value } = variables
      if (loopsOverValue && !minds && Array.isArray(value) && value.some(Number.isNaN)) return 'unknown'
      const answer = run(context)
      return typeof answer === 'boolean' ? answer : { error: `${text} gives no true or false` }
    } catch (error) {
      if (named.has('value') && context.value === null) return { error: 'there is no value' }
      if (named.has('value') && Array.isArray(context.value) && context.value.length === 0) return { error: 'the list of values is empty' }
      return { error: `${text}: ${summary(error)}` }
    }
  }
}

function names(node: ASTNode): Set<string> {
  const found = new Set<string>()
  contains(node, (one) => {
    if (one.op === 'id') found.add(one.args)
    return false
  })
  return found
}

function wrong(source: string, at: number | undefined, why: string): TableError {
  return new TableError(`the expression ${JSON.stringify(source)} is wrong${at === undefined ? '' : ` at character ${at + 1}`}: ${why}`)
}

function rethrow(error: Error): never {
  throw error
}

function startOf(error: unknown): number | undefined {
  return (error as { range?: { start: number } } | undefined)?.range?.start
}

function summary(error: unknown): string {
  const { summary: said, message } = error as { summary?: string; message?: string }
  return (said ?? message ?? String(error)).split('\n')[0] ?? ''
}

/** The library's words, with what could have been meant. */
function reason(error: unknown, form: Form | undefined): string {
  const said = summary(error)
  const [, variable] = /^Unknown variable: (\S+)/.exec(said) ?? []
  if (variable !== undefined) return `there is no ${variable}: ${advice(variable, ['value', 'canary', 'baseline'])}`
  const [, key] = /^No such key: (\S+)/.exec(said) ?? []
  if (key !== undefined && form !== undefined) return `a ${form} has no ${key}: ${advice(key, Object.keys(armFields[form]))}`
  if (/^Unexpected character: =/.test(said)) return 'write == to compare'
  return said
}

function advice(word: string, known: readonly string[]): string {
  const near = nearest(word, known)
  return near ? `did you mean ${near}?` : `there is ${known.join(', ')}`
}
