import { ApiError } from '../types.ts'
import { invalid } from './causes.ts'
import { labelValue, qualifiedName } from './names.ts'

export type Labels = Readonly<Record<string, string>> | undefined

export interface Requirement {
  key: string
  operator: 'in' | 'notin' | 'exists' | 'absent' | 'gt' | 'lt'
  values: readonly string[]
}

export function satisfies({ key, operator, values }: Requirement, labels: Labels): boolean {
  const value = labels !== undefined && Object.hasOwn(labels, key) ? labels[key] : undefined
  switch (operator) {
    case 'in':
      return value !== undefined && values.includes(value)
    case 'notin':
      return value === undefined || !values.includes(value)
    case 'exists':
      return value !== undefined
    case 'absent':
      return value === undefined
    case 'gt':
    case 'lt': {
      if (value === undefined || !wholeNumber.test(value)) return false
      return operator === 'gt' ? BigInt(value) > BigInt(values[0] ?? 0) : BigInt(value) < BigInt(values[0] ?? 0)
    }
  }
}

/**
 * A label selector as in ?labelSelector=: `a=b,c!=d,e in (f,g),h,!i,j>1`. The empty text selects everything.
 * Throws ApiError 400, in the real server's words, when it cannot be read.
 */
export function parseLabelSelector(text: string): (labels: Labels) => boolean {
  const requirements = parsed(new Tokens(text))
  return (labels) => requirements.every((requirement) => satisfies(requirement, labels))
}

const wholeNumber = /^[+-]?\d+$/

/** Refused as part of a requirement; anything else that does not fit is told as it is. */
class Malformed extends Error {}

type Token = { type: 'word' | 'sign' | 'end'; text: string }

const signs = new Set(['=', '==', '!=', '!', '(', ')', ',', '>', '<'])
const operators: Record<string, Requirement['operator']> = {
  in: 'in',
  notin: 'notin',
  '=': 'in',
  '==': 'in',
  '!=': 'notin',
  '>': 'gt',
  '<': 'lt',
}

class Tokens {
  readonly #tokens: Token[]
  #at = 0

  constructor(text: string) {
    this.#tokens = [...text.matchAll(/[=!(),><]+|[^=!(),><\s]+/g)].flatMap(([piece]) =>
      /^[=!(),><]/.test(piece) ? signsOf(piece) : [{ type: 'word' as const, text: piece }],
    )
  }

  peek(): Token {
    return this.#tokens[this.#at] ?? { type: 'end', text: '' }
  }

  next(): Token {
    const token = this.peek()
    this.#at++
    return token
  }

  /** Whether the sign comes next; it is taken if so. */
  took(sign: string): boolean {
    const found = isSign(this.peek(), sign)
    if (found) this.#at++
    return found
  }
}

const isSign = (token: Token, sign: string): boolean => token.type === 'sign' && token.text === sign

/** Signs that touch each other: the longest known one first. */
function signsOf(run: string): Token[] {
  const out: Token[] = []
  for (let at = 0; at < run.length; ) {
    const [two, one] = [run.slice(at, at + 2), run.slice(at, at + 1)]
    const text = signs.has(two) ? two : one
    out.push({ type: 'sign', text })
    at += text.length
  }
  return out
}

function parsed(tokens: Tokens): Requirement[] {
  const out: Requirement[] = []
  for (;;) {
    const first = tokens.peek()
    if (first.type === 'end') return out
    if (first.type !== 'word' && !isSign(first, '!')) throw unreadable(`found '${first.text}', expected: !, identifier, or 'end of string'`)
    out.push(requirement(tokens))
    const after = tokens.next()
    if (after.type === 'end') return out
    if (!isSign(after, ',')) throw unreadable(`found '${after.text}', expected: ',' or 'end of string'`)
    const next = tokens.peek()
    if (next.type !== 'word' && !isSign(next, '!')) throw unreadable(`found '${next.text}', expected: identifier after ','`)
  }
}

const unreadable = (why: string) => new ApiError(400, 'BadRequest', why)

function requirement(tokens: Tokens): Requirement {
  try {
    const absent = tokens.took('!')
    const { type, text: key } = tokens.next()
    if (type !== 'word') throw new Malformed(`found '${key}', expected: identifier`)
    const problem = qualifiedName(key)
    if (problem) throw new Malformed(told('<nil>', key, problem))
    const after = tokens.peek()
    if (after.type === 'end' || isSign(after, ',')) return { key, operator: absent ? 'absent' : 'exists', values: [] }
    const sign = tokens.next().text
    const operator = Object.hasOwn(operators, sign) ? operators[sign] : undefined
    if (!operator) throw new Malformed(`found '${sign}', expected: in, notin, =, ==, !=, gt, lt`)
    return checked({ key, operator, values: sign.endsWith('in') ? list(tokens) : [exact(tokens)] })
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    throw unreadable(`unable to parse requirement: ${error.message}`)
  }
}

const told = (field: string, value: string, why: string): string => `${field}: ${invalid(field, value, why).message}`

function exact(tokens: Tokens): string {
  const { type, text } = tokens.peek()
  if (type === 'end' || isSign(tokens.peek(), ',')) return ''
  tokens.next()
  if (type !== 'word') throw new Malformed(`found '${text}', expected: identifier`)
  return text
}

/** The values in parentheses; where nothing stands between two commas, the empty text. */
function list(tokens: Tokens): string[] {
  const open = tokens.next()
  if (!isSign(open, '(')) throw new Malformed(`found '${open.text}' expected: '('`)
  const start = tokens.peek()
  if (start.type !== 'word' && !isSign(start, ',') && !isSign(start, ')'))
    throw new Malformed(`found '${start.text}', expected: ',', ')' or identifier`)
  const values = new Set<string>()
  for (;;) {
    const value = tokens.peek()
    values.add(value.type === 'word' ? tokens.next().text : '')
    const { text } = tokens.peek()
    if (tokens.took(')')) return [...values].sort()
    if (!tokens.took(',')) {
      throw new Malformed(`found '${text}', expected: ${value.type === 'word' ? "',' or ')'" : "',', or identifier"}`)
    }
  }
}

function checked(one: Requirement): Requirement {
  const problems: string[] = []
  for (const [i, value] of one.values.entries()) {
    if ((one.operator === 'gt' || one.operator === 'lt') && !wholeNumber.test(value))
      problems.push(told(`values[${i}]`, value, "for 'Gt', 'Lt' operators, the value must be an integer"))
  }
  for (const [i, value] of one.values.entries()) {
    const problem = labelValue(value)
    if (problem) problems.push(told(`values[${i}][${one.key}]`, value, problem))
  }
  if (problems.length > 0) throw new Malformed(problems.length === 1 ? (problems[0] ?? '') : `[${problems.join(', ')}]`)
  return one
}
