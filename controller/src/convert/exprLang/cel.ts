/** A piece of CEL. What can be worked out is worked out: `constant`. */
export interface Cel {
  readonly type: 'number' | 'bool'
  readonly text: string
  /** How strongly its outermost operator binds, from 1 (?:) to 9 (a name). */
  readonly binds: number
  readonly constant?: number | boolean
  /** What it is the opposite of, where it is written with a !. */
  readonly opposite?: Cel
}

type Comparison = '==' | '<' | '<=' | '>' | '>='
type Arithmetic = '+' | '-' | '*' | '/' | '%'

/** A number of which only the text is known: a variable, a call. */
export function number(text: string): Cel {
  return { type: 'number', text, binds: 9 }
}

export function fixed(value: number): Cel {
  return { type: 'number', text: String(value), binds: value < 0 ? 7 : 9, constant: value }
}

export function truth(value: boolean): Cel {
  return { type: 'bool', text: String(value), binds: 9, constant: value }
}

export function isFixed(cel: Cel): boolean {
  return cel.constant !== undefined
}

export function not(cel: Cel): Cel {
  if (typeof cel.constant === 'boolean') return truth(!cel.constant)
  return cel.opposite ?? { type: 'bool', text: `!${inside(cel, 8)}`, binds: 7, opposite: cel }
}

export function both(a: Cel, b: Cel): Cel {
  if (a.constant === false || b.constant === false) return truth(false)
  if (a.constant === true) return b
  if (b.constant === true) return a
  return { type: 'bool', text: `${inside(a, 3)} && ${inside(b, 3)}`, binds: 3 }
}

export function either(a: Cel, b: Cel): Cel {
  if (a.constant === true || b.constant === true) return truth(true)
  if (a.constant === false) return b
  if (b.constant === false) return a
  return { type: 'bool', text: `${inside(a, 2)} || ${inside(b, 2)}`, binds: 2 }
}

export function choose(when: Cel, then: Cel, otherwise: Cel): Cel {
  if (isFixed(when)) return when.constant === true ? then : otherwise
  if (then.text === otherwise.text) return then
  return { type: then.type, text: `${inside(when, 2)} ? ${inside(double(then), 2)} : ${inside(double(otherwise), 2)}`, binds: 1 }
}

export function compared(sign: Comparison, a: Cel, b: Cel): Cel {
  if (a.constant !== undefined && b.constant !== undefined) return truth(compare(sign, a.constant, b.constant))
  return { type: 'bool', text: `${inside(a, 5)} ${sign} ${inside(b, 5)}`, binds: 4 }
}

/** Both true or both false. */
export function same(a: Cel, b: Cel): Cel {
  if (typeof a.constant === 'boolean') return a.constant ? b : not(b)
  if (typeof b.constant === 'boolean') return b.constant ? a : not(a)
  return choose(a, b, not(b))
}

export function joined(sign: Arithmetic, a: Cel, b: Cel): Cel {
  if (typeof a.constant === 'number' && typeof b.constant === 'number') {
    const value = calculate(sign, a.constant, b.constant)
    if (Number.isFinite(value)) return fixed(value)
  }
  if (sign === '+' && a.constant === 0) return b
  if (sign === '+' && b.constant === 0) return a
  const binds = sign === '+' || sign === '-' ? 5 : 6
  return { type: 'number', text: `${inside(double(a), binds)} ${sign} ${inside(double(b), binds + 1)}`, binds }
}

/** Whole numbers divide without a rest in CEL: between operators they are written as 2.0. */
function double(cel: Cel): Cel {
  if (typeof cel.constant !== 'number' || !Number.isInteger(cel.constant) || cel.text.includes('e')) return cel
  return { ...cel, text: `${cel.constant}.0` }
}

function inside(cel: Cel, least: number): string {
  return cel.binds < least ? `(${cel.text})` : cel.text
}

function compare(sign: Comparison, a: number | boolean, b: number | boolean): boolean {
  switch (sign) {
    case '==':
      return a === b
    case '<':
      return a < b
    case '<=':
      return a <= b
    case '>':
      return a > b
    case '>=':
      return a >= b
  }
}

function calculate(sign: Arithmetic, a: number, b: number): number {
  switch (sign) {
    case '+':
      return a + b
    case '-':
      return a - b
    case '*':
      return a * b
    case '/':
      return a / b
    case '%':
      return a % b
  }
}
