import type { Context } from './language.ts'
import { TemplateError } from './templateError.ts'

/** A pattern of RE2 that matches the value and nothing else. */
export function quoted(value: string): string {
  return value.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&')
}

/** A pattern between slashes. */
export function slashed(pattern: string): string {
  return pattern.replace(/\\.|\//g, (found) => (found === '/' ? '\\/' : found))
}

/** Words with inner "-", so that no value begins a comment or joins with a "-" beside it. */
const word = /^[A-Za-z0-9_:.]+(-[A-Za-z0-9_:.]+)*$/
export const number = /^-?\d+(\.\d+)?([eE][-+]?\d+)?$/

/** The value outside of quotes: a word or a number. */
export function bare(value: string, { before }: Context & { in: 'bare' }, allowed: RegExp = word): string {
  if (allowed.test(value) || (number.test(value) && !before.trimEnd().endsWith('-'))) return value
  throw new TemplateError(
    'outside of quotes only a word of letters, digits, "_", ":", "." and inner "-", or a number can be inserted: put it in quotes',
  )
}

/** The value in a string: each of these characters gets the escape character before it. */
export function escaped(value: string, by: string, special: string): string {
  return [...value].map((character) => (character === by || special.includes(character) ? by + character : character)).join('')
}

/** The value as it is, if it has none of these characters. */
export function without(value: string, refused: string, why: string): string {
  const found = [...refused].find((character) => value.includes(character))
  if (found === undefined) return value
  throw new TemplateError(`a value with ${found === '\\' ? 'a backslash' : found} cannot be inserted ${why}`)
}

/** The value in a comment: no part of what may end it. */
export function comment(value: string): string {
  return without(value, '*/', 'in a comment')
}
