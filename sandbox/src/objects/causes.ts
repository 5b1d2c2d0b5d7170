import { ApiError } from '../types.ts'

export type CauseReason =
  | 'FieldValueInvalid'
  | 'FieldValueRequired'
  | 'FieldValueNotSupported'
  | 'FieldValueForbidden'
  | 'FieldValueDuplicate'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'
  | 'FieldValueTypeInvalid'
  | 'FieldValueNotFound'

/** One thing wrong with an object; `field` is a path as Kubernetes prints it: spec.ports[0].name, metadata.labels[a/b]. */
export interface Cause {
  field: string
  reason: CauseReason
  message: string
}

const unsafe: Record<string, string> = { '<': '\\u003c', '>': '\\u003e', '&': '\\u0026' }

/** A value as error messages show it: strings quoted, objects and lists as JSON the way Go writes it. */
function shown(value: unknown): string {
  if (value === undefined || value === null) return 'null'
  const text = JSON.stringify(value)
  return typeof value === 'object' ? text.replace(/[<>&]/g, (char) => unsafe[char] ?? char) : text
}

export const invalid = (field: string, value: unknown, detail: string): Cause => ({
  field,
  reason: 'FieldValueInvalid',
  message: `Invalid value: ${shown(value)}${detail && `: ${detail}`}`,
})

export const required = (field: string, detail = ''): Cause => ({
  field,
  reason: 'FieldValueRequired',
  message: `Required value${detail && `: ${detail}`}`,
})

export const unsupported = (field: string, value: unknown, values: readonly unknown[]): Cause => ({
  field,
  reason: 'FieldValueNotSupported',
  message: `Unsupported value: ${shown(value)}${values.length > 0 ? `: supported values: ${[...values].map(shown).join(', ')}` : ''}`,
})

export const forbidden = (field: string, detail: string): Cause => ({
  field,
  reason: 'FieldValueForbidden',
  message: `Forbidden: ${detail}`,
})

export const duplicate = (field: string, value: unknown): Cause => ({
  field,
  reason: 'FieldValueDuplicate',
  message: `Duplicate value: ${shown(value)}`,
})

export const tooLong = (field: string, max: number): Cause => ({
  field,
  reason: 'FieldValueTooLong',
  message: `Too long: may not be more than ${max} ${max === 1 ? 'byte' : 'bytes'}`,
})

export const tooMany = (field: string, actual: number, max: number): Cause => ({
  field,
  reason: 'FieldValueTooMany',
  message: `Too many: ${actual}: must have at most ${max} ${max === 1 ? 'item' : 'items'}`,
})

/** The child of a path: a plain name, or a key in brackets where it is one of a free map. */
export const child = (path: string, name: string): string => (path ? `${path}.${name}` : name)
export const keyed = (path: string, key: string | number): string => `${path}[${key}]`

/** `Deployment.apps "x" is invalid: …` with its causes, status 422. */
export function invalidError(kind: { group: string; kind: string }, name: string, causes: readonly Cause[]): ApiError {
  const texts = [...new Set(causes.map((cause) => `${cause.field}: ${cause.message}`))]
  const all = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`
  const qualified = kind.group ? `${kind.kind}.${kind.group}` : kind.kind
  return new ApiError(422, 'Invalid', `${qualified} "${name}" is invalid: ${all}`, {
    ...(name && { name }),
    ...(kind.group && { group: kind.group }),
    kind: kind.kind,
    causes: causes.map(({ field, reason, message }) => ({ reason, message, field })),
  })
}
