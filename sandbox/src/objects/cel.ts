import { Environment, Optional } from '@marcbachmann/cel-js'
import { located, reworded } from './celError.ts'
import { registerLibrary } from './celLibrary.ts'
import { portable } from './celSource.ts'
import { define, isMap, type Json, type JsonMap, put } from './json.ts'
import type { Schema } from './schema.ts'
import { fieldSchema } from './schemaWalk.ts'

export type Variables = Record<string, unknown>

/** An expression, compiled once: its tree for whoever estimates its cost, and the way to run it, which throws an Error with a one-line message. */
export interface Program {
  source: string
  ast: ReturnType<Environment['parse']>['ast']
  /** The checked type of the result, 'dyn' where only running tells. */
  type: string
  run(variables: Variables): unknown
}

export type Compiled = { ok: true; program: Program } | { ok: false; message: string }

/** A place where expressions of one sort are compiled: which variables there are, and what they may hold beside JSON. */
export interface Dialect {
  compile(source: string): Compiled
}

/** Compiled programs are kept up to this many a dialect; the oldest makes room. */
const cacheSize = 2000

const base = registerLibrary(
  new Environment({ homogeneousAggregateLiterals: false, enableOptionalTypes: true, unlistedVariablesAreDyn: false }),
)

/** `extend` may add types and functions; `rewrite` sees the source before it is parsed. */
export function dialect(
  variables: readonly string[],
  extend?: (environment: Environment) => void,
  rewrite = (source: string) => source,
): Dialect {
  const environment = base.clone()
  extend?.(environment)
  for (const name of variables) environment.registerVariable(name, 'dyn')
  const cache = new Map<string, Compiled>()
  return {
    compile(source) {
      const known = cache.get(source)
      if (known) return known
      const compiled = compileIn(environment, source, rewrite)
      const [oldest] = cache.keys()
      if (cache.size >= cacheSize && oldest !== undefined) cache.delete(oldest)
      cache.set(source, compiled)
      return compiled
    },
  }
}

function compileIn(environment: Environment, source: string, rewrite: (source: string) => string): Compiled {
  const text = portable(rewrite(source))
  try {
    const parsed = environment.parse(text)
    const { ast } = parsed
    const checked = parsed.check()
    if (!checked.valid) return failed(source, text, checked.error)
    return { ok: true, program: { source, ast, type: checked.type ?? 'dyn', run: (variables) => evaluate(parsed, variables) } }
  } catch (error) {
    return failed(source, text, error)
  }
}

function failed(source: string, text: string, error: unknown): Compiled {
  const start = (error as { range?: { start: number } }).range?.start
  // A place in rewritten text is no place in what the author wrote.
  const message = start === undefined || text !== source ? `ERROR: ${reason(error)}` : located(source, start, reason(error))
  return { ok: false, message: `compilation failed: ${message}` }
}

function evaluate(parsed: (variables: Variables) => unknown, variables: Variables): unknown {
  try {
    return parsed(variables)
  } catch (error) {
    throw new Error(reason(error), { cause: error })
  }
}

/** The first line: the rest draws the source with an arrow. */
function reason(error: unknown): string {
  const summary = (error as { summary?: string }).summary
  return reworded(summary ?? String((error as Error).message).split('\n')[0] ?? '')
}

/**
 * JSON as CEL sees it: whole numbers are int (bigint), others double; with a schema, `type: number` is always double and
 * date-time and duration strings are timestamps and durations. Keys holding undefined are absent; what a key holds is converted
 * when an expression asks for it, most of an object never.
 */
export function toCel(value: Json, schema?: Schema): unknown {
  if (typeof value === 'number') return schema?.type !== 'number' && Number.isSafeInteger(value) ? BigInt(value) : value
  if (typeof value === 'string') return schema?.format && schema.type === 'string' ? formatted(value, schema.format) : value
  if (Array.isArray(value)) return value.map((item) => toCel(item, schema?.items))
  if (!isMap(value)) return value
  const out: JsonMap = {}
  for (const key in value) if (value[key] !== undefined) define(out, key, () => toCel(value[key], fieldSchema(schema, key)))
  return out
}

function formatted(text: string, format: string): unknown {
  if (format === 'date-time' || format === 'date') {
    const time = new Date(text)
    return Number.isNaN(time.getTime()) ? text : time
  }
  return format === 'duration' ? parseDuration(text) : text
}

const durations = base.clone().registerVariable('text', 'string').parse('duration(text)')

function parseDuration(text: string): unknown {
  try {
    return durations({ text })
  } catch {
    return text
  }
}

/** A CEL value as JSON; throws an Error for what JSON cannot hold. */
export function fromCel(value: unknown): Json {
  if (typeof value === 'bigint') return Number(value)
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number') return value
  if (Array.isArray(value)) return value.filter(isPresent).map(fromCel)
  if (value instanceof Optional) return fromCel(value.value())
  if (value instanceof Map) return fromCel(Object.fromEntries(value))
  if (value instanceof Date) return value.toISOString().replace('.000Z', 'Z')
  if (isMap(value) && (value.constructor === Object || Object.getPrototypeOf(value) === null)) {
    const out: JsonMap = {}
    for (const key of Object.keys(value)) if (isPresent(value[key])) put(out, key, fromCel(value[key]))
    return out
  }
  if (isMap(value) && String(value[Symbol.toStringTag as unknown as string]).startsWith('google.protobuf')) return String(value)
  throw new Error('the value has no JSON form')
}

const isPresent = (value: unknown): boolean => value !== undefined && !(value instanceof Optional && !value.hasValue())

export const optionalOf = (value: unknown): unknown => (value === undefined ? Optional.none() : Optional.of(value))
