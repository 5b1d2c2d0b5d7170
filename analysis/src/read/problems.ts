import { z } from 'zod'
import { nearest } from './nearest.ts'
import { shown } from './readError.ts'

/** What is wrong with a value by its schema, as sentences: where, what was found, and what to write instead. A key that is unknown names the nearest known one. */
export function problems(schema: z.ZodType, value: unknown, error: z.ZodError): string[] {
  return error.issues.flatMap((issue) => sentences(schema, value, issue))
}

function sentences(schema: z.ZodType, value: unknown, issue: z.core.$ZodIssue): string[] {
  const where = pathText(issue.path)
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(schema, issue.path)
    return issue.keys.map((key) => {
      const near = nearest(key, known)
      const advice = near ? `did you mean ${near}?` : `known here: ${known.join(', ')}`
      return `${where === '' ? '' : `${where}.`}${key} is not known: ${advice}`
    })
  }
  const found = shown(valueAt(value, issue.path))
  const subject = where === '' ? `this is ${found}` : `${where} is ${found}`
  if (issue.code === 'invalid_value') {
    const allowed = issue.values.map(String)
    const near = typeof valueAt(value, issue.path) === 'string' ? nearest(String(valueAt(value, issue.path)), allowed) : undefined
    return [`${subject}: write ${near ?? orList(allowed)}`]
  }
  if (issue.code === 'invalid_type') return [`${subject}: write ${nouns[issue.expected] ?? `a ${issue.expected}`}`]
  if (issue.code === 'invalid_union') {
    const said = issue.errors.flat().map((one) => (one.code === 'invalid_type' ? (nouns[one.expected] ?? one.expected) : one.message))
    return [`${subject}: ${[...new Set(said)].join(', or ')}`]
  }
  if (issue.code === 'too_small') return [`${subject}: ${bound(issue.origin, issue.inclusive ? 'at least' : 'more than', issue.minimum)}`]
  if (issue.code === 'too_big') return [`${subject}: ${bound(issue.origin, issue.inclusive ? 'at most' : 'less than', issue.maximum)}`]
  if (issue.code === 'custom') return [`${where === '' ? '' : `${where}: `}${issue.message}`]
  return [`${subject}: ${lowered(issue.message)}`]
}

function bound(origin: string, words: string, limit: number | bigint): string {
  const unit = origin === 'string' ? ' characters' : origin === 'array' ? ' entries' : ''
  return `write ${words} ${limit}${unit}`
}

const nouns: Readonly<Record<string, string>> = {
  object: 'an object',
  array: 'a list',
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  record: 'an object',
}

/** `metrics[2].history.edges` */
function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : text === '' ? String(key) : `${text}.${String(key)}`),
    '',
  )
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let found = value
  for (const key of path) found = typeof found === 'object' && found !== null ? (found as Record<PropertyKey, unknown>)[key] : undefined
  return found
}

function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let at: z.core.$ZodType | undefined = bare(schema)
  for (const key of path) {
    if (at instanceof z.ZodArray) at = bare(at.element)
    else if (at instanceof z.ZodObject) at = bare((at.shape as Record<PropertyKey, z.core.$ZodType>)[key])
    else return []
  }
  return at instanceof z.ZodObject ? Object.keys(at.shape) : []
}

/** A schema without what says only whether and how it may be left out. */
function bare(schema: z.core.$ZodType | undefined): z.core.$ZodType | undefined {
  let found = schema
  while (
    found instanceof z.ZodOptional ||
    found instanceof z.ZodDefault ||
    found instanceof z.ZodPrefault ||
    found instanceof z.ZodNullable
  )
    found = found.unwrap() as z.core.$ZodType
  return found
}

function orList(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}

function lowered(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1)
}
