import { TableError } from '../check.ts'

/** A text that cannot be read as a table. The message says where, which field, what was found there and what to write instead. */
export class ReadError extends TableError {
  /** Of the text, from 1; undefined where it has no lines to speak of (an entry of a JSON document, a plan). */
  readonly line: number | undefined
  readonly field: string | undefined
  /** Nothing is wrong but the order of the rows. */
  readonly unsorted: boolean

  constructor(
    message: string,
    { line, field, unsorted = false }: { line?: number | undefined; field?: string | undefined; unsorted?: boolean } = {},
  ) {
    super(message)
    this.name = 'ReadError'
    this.line = line
    this.field = field
    this.unsorted = unsorted
  }
}

/** Where in a text something stands, and how its fields are written there. */
export interface Place {
  /** `line` of a stream, `entry` of a JSON list. */
  readonly noun: 'line' | 'entry' | 'interval'
  readonly number: number
  /** Between the parts of a field's name: `canary.bad` in JSON, `canary_bad` in CSV. */
  readonly glue: '.' | '_'
  /** The metric whose fields are meant, where one place holds several. */
  readonly metric?: string
}

/** Throws the ReadError `line 3: canary.bad is -1: write a count from 0 up`. */
export function refuse({ noun, number, metric }: Place, field: string, wrong: string): never {
  const line = noun === 'line' ? number : undefined
  const name = [metric ?? '', field].filter((part) => part !== '').join('.')
  throw new ReadError(`${noun} ${number}${name === '' ? '' : `: ${name}`} ${wrong}`, { line, field: name === '' ? undefined : name })
}

/** A value as a sentence quotes it. */
export function shown(value: unknown): string {
  if (value === undefined) return 'missing'
  if (typeof value === 'string') return cut(JSON.stringify(value))
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  if (typeof value === 'object' && value !== null) return 'an object'
  // JSON has no such numbers, but 1e999 becomes one.
  if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) return 'too large a number'
  return String(value)
}

export function cut(text: string, most = 40): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`
}
