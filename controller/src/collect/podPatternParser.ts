export type PatternNode =
  | { readonly is: 'char'; readonly fits: (char: number) => boolean }
  | { readonly is: 'begin' | 'end' }
  | { readonly is: 'sequence' | 'choice'; readonly parts: readonly PatternNode[] }
  | { readonly is: 'repeat'; readonly part: PatternNode; readonly least: number; readonly most: number }

/** A pattern that Serin does not match pods by. The message says where, and what patterns are made of. */
export class PatternError extends Error {
  override readonly name = 'PatternError'
}

export function wrong(pattern: string, at: number | undefined, what: string): PatternError {
  const shown = pattern.length > 80 ? `${pattern.slice(0, 80)}…` : pattern
  return new PatternError(
    `The pattern of pods "${shown}" ${what}${at === undefined ? '' : ` at character ${at + 1}`}: write it of literals, classes like [a-z0-9], ".", "*", "+", "?", "|", groups and repeats like {5}`,
  )
}

/** RE2's limit too. */
const mostRepeats = 1000

const digit = between('0', '9')
const word = either(digit, between('a', 'z'), between('A', 'Z'), is('_'))
const space = either(is(' '), is('\t'), is('\n'), is('\r'), is('\f'))
const classes: Readonly<Record<string, (char: number) => boolean>> = {
  d: digit,
  w: word,
  s: space,
  D: (char) => !digit(char),
  W: (char) => !word(char),
  S: (char) => !space(char),
  n: is('\n'),
  t: is('\t'),
  r: is('\r'),
  f: is('\f'),
}

/** Throws a PatternError. */
export function parsePattern(pattern: string): PatternNode {
  const chars = [...pattern]
  let at = 0

  const choice = (): PatternNode => {
    const parts = [sequence()]
    while (chars[at] === '|') {
      at++
      parts.push(sequence())
    }
    return parts.length === 1 && parts[0] ? parts[0] : { is: 'choice', parts }
  }
  const sequence = (): PatternNode => {
    const parts: PatternNode[] = []
    while (at < chars.length && chars[at] !== '|' && chars[at] !== ')') parts.push(repeated())
    return { is: 'sequence', parts }
  }
  const repeated = (): PatternNode => {
    const part = atom()
    const count = repeats()
    if (!count) return part
    // How greedy it is does not matter for whether it matches.
    if (chars[at] === '?') at++
    if (repeats()) throw wrong(pattern, at - 1, 'repeats a repeat')
    return { is: 'repeat', part, ...count }
  }
  const repeats = (): { least: number; most: number } | undefined => {
    const char = chars[at]
    if (char === '*' || char === '+' || char === '?') {
      at++
      return { least: char === '+' ? 1 : 0, most: char === '?' ? 1 : Number.POSITIVE_INFINITY }
    }
    if (char !== '{') return undefined
    const found = /^\{(\d{1,4})(,(\d{0,4}))?\}/.exec(chars.slice(at, at + 12).join(''))
    if (!found) throw wrong(pattern, at, 'has a "{" that begins no repeat')
    const [all, low = '', comma, high = ''] = found
    const least = Number(low)
    const most = comma === undefined ? least : high === '' ? Number.POSITIVE_INFINITY : Number(high)
    if (least > mostRepeats || (Number.isFinite(most) && most > mostRepeats) || most < least)
      throw wrong(pattern, at, 'has a repeat that is too large, or from more to less,')
    at += all.length
    return { least, most }
  }
  const atom = (): PatternNode => {
    const char = chars[at++] ?? ''
    switch (char) {
      case '(':
        return group()
      case '[':
        return { is: 'char', fits: set() }
      case '.':
        return { is: 'char', fits: (code) => code !== 10 }
      case '^':
        return { is: 'begin' }
      case '$':
        return { is: 'end' }
      case '\\':
        return { is: 'char', fits: escaped() }
      case '*':
      case '+':
      case '?':
      case '{':
        throw wrong(pattern, at - 1, `has a "${char}" with nothing to repeat`)
      default:
        return { is: 'char', fits: is(char) }
    }
  }
  const group = (): PatternNode => {
    if (chars[at] === '?') {
      if (chars[at + 1] !== ':') throw wrong(pattern, at - 1, 'has a group with an option')
      at += 2
    }
    const inner = choice()
    if (chars[at++] !== ')') throw wrong(pattern, at - 1, 'has a group that is not closed')
    return inner
  }
  const escaped = (): ((char: number) => boolean) => {
    const char = chars[at++]
    if (char === undefined) throw wrong(pattern, at - 2, 'ends with "\\"')
    if (Object.hasOwn(classes, char)) return classes[char] as (char: number) => boolean
    if (/[a-zA-Z0-9]/.test(char)) throw wrong(pattern, at - 2, `has "\\${char}"`)
    return is(char)
  }
  const set = (): ((char: number) => boolean) => {
    const begin = at - 1
    const not = chars[at] === '^'
    if (not) at++
    const members: ((char: number) => boolean)[] = []
    for (let first = true; first || chars[at] !== ']'; first = false) {
      const char = chars[at++]
      if (char === undefined) throw wrong(pattern, begin, 'has a class that is not closed')
      if (char === '[' && chars[at] === ':') throw wrong(pattern, at - 1, 'has a class with a name')
      if (char === '\\' && /[a-zA-Z0-9]/.test(chars[at] ?? '')) {
        members.push(escaped())
        continue
      }
      const low = char === '\\' ? (chars[at++] ?? '') : char
      if (chars[at] !== '-' || chars[at + 1] === ']' || chars[at + 1] === undefined) {
        members.push(is(low))
        continue
      }
      at++
      const next = chars[at++] ?? ''
      const high = next === '\\' ? (chars[at++] ?? '') : next
      if (high === '' || codeOf(high) < codeOf(low)) throw wrong(pattern, at - 1, 'has a range from high to low')
      members.push(between(low, high))
    }
    at++
    const any = either(...members)
    return not ? (char) => !any(char) : any
  }

  const whole = choice()
  if (at < chars.length) throw wrong(pattern, at, 'closes a group that is not open')
  return whole
}

function codeOf(char: string): number {
  return char.codePointAt(0) ?? 0
}

function is(char: string): (char: number) => boolean {
  const code = codeOf(char)
  return (other) => other === code
}

function between(low: string, high: string): (char: number) => boolean {
  const [from, to] = [codeOf(low), codeOf(high)]
  return (char) => char >= from && char <= to
}

function either(...tests: readonly ((char: number) => boolean)[]): (char: number) => boolean {
  return (char) => tests.some((test) => test(char))
}
