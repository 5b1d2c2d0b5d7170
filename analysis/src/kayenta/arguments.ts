import { KayentaError } from './errors.ts'
import { isRecord } from './lookup.ts'

/** A table of names: an object or a Map. */
export type Named<T> = Readonly<Record<string, T>> | ReadonlyMap<string, T>

const LONGEST_QUOTE = 40

/** What a value is, for a sentence. */
export function describe(value: unknown): string {
  if (value === undefined) return 'missing'
  if (value === null) return 'null'
  if (typeof value === 'string') return `the text "${value.length > LONGEST_QUOTE ? `${value.slice(0, LONGEST_QUOTE)}…` : value}"`
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'function') return 'a function'
  if (isRecord(value)) return value instanceof Map ? 'a Map' : 'an object'
  return `the ${typeof value} ${String(value)}`
}

/** The same, a number as it stands. */
export function shown(value: unknown): string {
  return typeof value === 'number' ? String(value) : describe(value)
}

export function isText(value: unknown): value is string {
  return typeof value === 'string'
}

/** The error for an argument: `what` is its name or path, `write` what to write instead. */
export function badArgument(what: string, value: unknown, write: string): KayentaError {
  return new KayentaError('bad-argument', `${what} is ${describe(value)}; write ${write}.`)
}

/** A number, infinities included; undefined for null and undefined. */
export function optionalNumber(what: string, value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined
  return requiredNumber(what, value)
}

export function requiredNumber(what: string, value: unknown, example = '1.2'): number {
  if (typeof value !== 'number' || Number.isNaN(value)) throw badArgument(what, value, `a number without quotes, such as ${example}`)
  return value
}

export function optionalFlag(what: string, value: unknown): boolean | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'boolean') throw badArgument(what, value, 'true or false without quotes')
  return value
}

/** A word; which one is not asked here. */
export function optionalText(what: string, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined
  if (!isText(value)) throw badArgument(what, value, 'a text in quotes')
  return value
}

export function requiredText(what: string, value: unknown): string {
  if (!isText(value) || value === '') throw badArgument(what, value, 'a text in quotes')
  return value
}

/** The fields of an options object; none for null and undefined. */
export function optionalObject(what: string, value: unknown): Readonly<Record<string, unknown>> {
  if (value === undefined || value === null) return {}
  if (!isRecord(value)) throw badArgument(what, value, 'an object in braces')
  return value
}

export function requiredList(what: string, value: unknown, of: string): readonly unknown[] {
  if (!Array.isArray(value)) throw badArgument(what, value, `a list of ${of}`)
  return value
}

/** The entries of an object or a Map in order; undefined for anything else. */
export function entriesOf(value: unknown): readonly (readonly [string, unknown])[] | undefined {
  if (value instanceof Map) return [...value].map(([key, one]) => [typeof key === 'object' ? describe(key) : String(key), one] as const)
  return isRecord(value) ? Object.entries(value) : undefined
}

/**
 * A table of texts from an object or a Map; empty for null and undefined. Numbers and truth values become texts, as they do when JSON is
 * read into texts. A null in it is an error, or an absent entry where the caller says so.
 */
export function textTable(what: string, value: unknown, nullIsAbsent = false): Readonly<Record<string, string>> {
  if (value === undefined || value === null) return {}
  const entries = entriesOf(value)
  if (!entries) throw badArgument(what, value, 'an object in braces')
  const present = nullIsAbsent ? entries.filter(([, one]) => one !== null && one !== undefined) : entries
  return Object.fromEntries(present.map(([key, one]) => [key, textOf(`${what}.${key}`, one)]))
}

function textOf(what: string, value: unknown): string {
  if (isText(value)) return value
  if (typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) return String(value)
  throw badArgument(what, value, 'a text in quotes')
}
