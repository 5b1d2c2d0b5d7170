import { isObject } from '../traffic/patch.ts'
import { notYetMessage } from './crd.ts'
import type { Described } from './describe.ts'
import { belongsElsewhere, closest } from './suggest.ts'

/** What is wrong with a value, where, and what to write. */
export interface Problem {
  /** Keys and indexes from the value's root. */
  path: (string | number)[]
  message: string
  /** Absent: the API server refuses the value. */
  severity?: 'warning'
  /** What to write instead, where one can tell. */
  instead?: string
}

/**
 * Everything wrong with a value by its kind's schema: unknown fields, types, bounds, fields not acted on, and the rules that the API server checks in CEL.
 * Finds all there is in one go; without errors the API server takes it (rules that compare with an older object aside).
 */
export function validate(schema: Described, value: unknown, root: Described = schema, path: (string | number)[] = []): Problem[] {
  const where = pathText(path)
  const problem = (message: string, instead?: string, at = path): Problem => ({ path: at, message, ...(instead ? { instead } : {}) })

  const wrongType = typeProblem(schema, value, where)
  if (wrongType) return [problem(...wrongType)]
  if (schema.anyObject) return []

  const problems: Problem[] = scalarProblems(schema, value, where).map((one) => problem(...one))
  if (Array.isArray(value)) {
    const items = schema.items
    if (items) problems.push(...value.flatMap((item, index) => validate(items, item, root, [...path, index])))
    const { minItems = 0, maxItems = Number.POSITIVE_INFINITY } = schema
    if (value.length < minItems) problems.push(problem(`${where} is empty: write at least ${minItems}, or leave the field out`))
    if (value.length > maxItems) problems.push(problem(`${where} has ${value.length} items: at most ${maxItems} are allowed`))
    problems.push(...doubles(schema, value, path))
  } else if (isObject(value)) {
    problems.push(...fieldProblems(schema, value, root, path))
    const { maxProperties = Number.POSITIVE_INFINITY } = schema
    const entries = Object.keys(value).length
    if (entries > maxProperties) problems.push(problem(`${where} has ${entries} entries: at most ${maxProperties} are allowed`))
  }
  // A rule may take for granted that its value has the right shape.
  if (problems.some(({ severity }) => severity === undefined)) return problems
  const whole = defaulted(schema, value)
  const broken = (schema.cel ?? []).filter(({ check }) => check && !check(whole))
  return [...problems, ...broken.map(({ message }) => problem(message))]
}

/** Items of a list that is a map by some of their fields, which must not be equal. */
function doubles({ listType, listKeys = [] }: Described, items: unknown[], path: (string | number)[]): Problem[] {
  if (listType !== 'map') return []
  const keys = items.map((item) => JSON.stringify(listKeys.map((key) => (isObject(item) ? item[key] : undefined))))
  return items.flatMap((item, index) => {
    const first = keys.indexOf(keys[index] ?? '')
    if (first === index || !isObject(item)) return []
    const named = listKeys.map((key) => `${key} ${item[key]}`).join(', ')
    return [
      {
        path: [...path, index],
        message: `${pathText([...path, index])} has ${named}, as ${pathText([...path, first])} has: write another`,
      },
    ]
  })
}

function fieldProblems(schema: Described, value: Record<string, unknown>, root: Described, path: (string | number)[]): Problem[] {
  const properties = schema.properties ?? {}
  const entry = typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined
  const problems: Problem[] = []
  for (const [name, field] of Object.entries(value)) {
    const at = [...path, name]
    const described = Object.hasOwn(properties, name) ? properties[name] : entry
    if (!described) problems.push(unknownField(name, schema, root, at))
    else if (described.notYet !== undefined) problems.push({ path: at, message: notYetMessage(pathText(at), described.notYet) })
    else if (field === null) problems.push(...emptyField(described, schema.required?.includes(name) ?? false, at))
    else problems.push(...validate(described, field, root, at))
  }
  for (const name of schema.required ?? []) {
    if ((value[name] ?? undefined) !== undefined) continue
    const write = properties[name]?.write ?? properties[name]?.description
    problems.push({
      path,
      message: `${pathText([...path, name])} is missing${write ? `: ${write.replace(/\.$/, '')}` : ''}`,
      instead: `${name}: …`,
    })
  }
  return problems
}

function unknownField(name: string, schema: Described, root: Described, at: (string | number)[]): Problem {
  const message = `${pathText(at)} is not a field that Serin knows`
  const near = closest(name, Object.keys(schema.properties ?? {}))
  if (near) return { path: at, message: `${message}: did you mean ${near}?`, instead: near }
  const elsewhere = belongsElsewhere(name, root)
  return elsewhere ? { path: at, message: `${message}: ${elsewhere}` } : { path: at, message }
}

/** The API server drops a null, then fills in the default. */
function emptyField({ type, anyObject }: Described, required: boolean, path: (string | number)[]): Problem[] {
  if (required || (anyObject && type === undefined)) return []
  const message = `${pathText(path)} is empty, which counts as left out`
  if (type !== 'object') return [{ path, severity: 'warning', message: `${message}: write a value or remove it` }]
  return [{ path, severity: 'warning', message: `${message}: write {} if it is meant, or remove it`, instead: '{}' }]
}

type Said = [message: string, instead?: string]

function typeProblem({ type, enum: allowed, write }: Described, value: unknown, where: string): Said | undefined {
  const is = Array.isArray(value) ? 'a list' : value === null ? 'empty' : nouns[typeof value === 'boolean' ? `${value}` : typeof value]
  const said = (instead?: string): Said => [
    `${where} is ${is}: it must be ${nouns[type ?? '']}${instead === undefined ? '' : `; write ${instead}`}`,
    instead,
  ]
  switch (type) {
    case undefined:
      return undefined
    case 'object':
      return isObject(value) ? undefined : said(value === null ? '{}' : undefined)
    case 'array':
      return Array.isArray(value) ? undefined : said()
    case 'boolean':
      return typeof value === 'boolean' ? undefined : said({ true: 'true', yes: 'true', false: 'false', no: 'false' }[String(value)])
    case 'integer':
    case 'number': {
      if (typeof value === 'number' && (type === 'number' || Number.isInteger(value))) return undefined
      if (typeof value === 'number') return [`${where} is ${value}: it must be a whole number`]
      const digits = typeof value === 'string' ? /^\s*(\d+)\s*%?\s*$/.exec(value)?.[1] : undefined
      return said(digits)
    }
    case 'string': {
      if (typeof value === 'string') return undefined
      if (typeof value === 'number' && write?.startsWith('a duration')) return said(`${value}s`)
      return said(isScalar(value) && !allowed ? `'${value}'` : undefined)
    }
  }
}

const nouns: Record<string, string> = {
  object: 'an object',
  array: 'a list',
  boolean: 'true or false',
  true: 'true',
  false: 'false',
  integer: 'a whole number',
  number: 'a number',
  string: 'text',
}

function scalarProblems(schema: Described, value: unknown, where: string): Said[] {
  const { enum: allowed, minimum, maximum, minLength = 0, maxLength = Number.POSITIVE_INFINITY } = schema
  const shown = typeof value === 'string' ? `"${value}"` : `${isScalar(value) ? value : ''}`
  if (allowed && !allowed.includes(value)) {
    const near = closest(String(value), allowed.map(String))
    return [[`${where} is ${shown}: write ${orList(allowed.map(String))}`, near]]
  }
  if (typeof value === 'number') {
    const { exclusiveMinimum, exclusiveMaximum } = schema
    const low = minimum !== undefined && (exclusiveMinimum ? value <= minimum : value < minimum)
    const high = maximum !== undefined && (exclusiveMaximum ? value >= maximum : value > maximum)
    return low || high ? [[`${where} is ${value}: it must be ${bounds(schema)}`]] : []
  }
  if (typeof value === 'string') {
    // Kubernetes counts characters, not UTF-16 units.
    const length = [...value].length
    const matches = schema.pattern === undefined || new RegExp(schema.pattern).test(value)
    if (matches && length >= minLength && length <= maxLength) return []
    if (matches && length > maxLength) return [[`${where} has ${length} characters: at most ${maxLength} are allowed`]]
    return [[`${where} is ${shown}: write ${schema.write ?? `at least ${minLength} characters`}`]]
  }
  return []
}

function bounds({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Described): string {
  const hasLow = minimum !== undefined && minimum !== Number.MIN_SAFE_INTEGER
  const hasHigh = maximum !== undefined && maximum !== Number.MAX_SAFE_INTEGER
  const low = exclusiveMinimum ? `more than ${minimum}` : `at least ${minimum}`
  const high = exclusiveMaximum ? `less than ${maximum}` : `at most ${maximum}`
  return [hasLow ? low : '', hasHigh ? high : ''].filter((part) => part !== '').join(' and ')
}

/** The value as the API server stores it: nulls dropped, every default filled in, also those inside defaulted objects. Does not change its argument. */
export function defaulted(schema: Described, value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = schema.items
    return items ? value.map((item) => defaulted(items, item)) : value
  }
  if (!isObject(value) || schema.anyObject) return value
  const result: Record<string, unknown> = { ...value }
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const own = Object.hasOwn(value, name) ? value[name] : undefined
    const given = own ?? structuredClone(property.default)
    if (given === undefined) delete result[name]
    else result[name] = defaulted(property, given)
  }
  return result
}

/** `spec.canary.steps[0].weight` */
export function pathText(path: readonly (string | number)[]): string {
  return path.reduce<string>((text, key) => (typeof key === 'number' ? `${text}[${key}]` : text === '' ? key : `${text}.${key}`), '')
}

function orList(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}

function isScalar(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value)
}
