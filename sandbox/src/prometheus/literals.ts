const units: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
}

/** A number as PromQL writes one: decimal, 0x1f, 1_000, Inf, NaN, or a duration, which is its seconds. Undefined for anything else. */
export function numberOf(text: string): number | undefined {
  const [, sign = '', body = ''] = /^\s*([+-]?)\s*(.*?)\s*$/.exec(text) ?? []
  const size = unsigned(body)
  return size === undefined ? undefined : sign === '-' ? -size : size
}

function unsigned(body: string): number | undefined {
  if (/^inf$/i.test(body)) return Number.POSITIVE_INFINITY
  if (/^nan$/i.test(body)) return Number.NaN
  const plain = body.replaceAll('_', '')
  if (/^(?:0x[0-9a-f]+|(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?)$/i.test(plain)) return Number(plain)
  const ms = ofUnits(body)
  return ms === undefined ? undefined : ms / 1000
}

/** The milliseconds of 5m, 1h30m, 90 (seconds) or -5m; undefined for anything else. */
export function durationMs(text: string): number | undefined {
  const seconds = numberOf(text)
  return seconds === undefined || !Number.isFinite(seconds) ? undefined : Math.round(seconds * 1000)
}

/** Units from the largest to the smallest, each at most once. */
function ofUnits(text: string): number | undefined {
  if (!/^(?:\d+y)?(?:\d+w)?(?:\d+d)?(?:\d+h)?(?:\d+m(?!s))?(?:\d+s)?(?:\d+ms)?$/.test(text) || text === '') return undefined
  return [...text.matchAll(/(\d+)(ms|[ywdhms])/g)].reduce((sum, [, count, unit = '']) => sum + Number(count) * (units[unit] ?? 0), 0)
}

const escapes: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }

/** What a string literal of PromQL says; back-quoted ones have no escapes. Only for literals without a stringProblem. */
export function stringOf(literal: string): string {
  const body = literal.slice(1, -1)
  if (literal.startsWith('`')) return body
  return body.replace(/\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3}|.)/gs, (_, code: string) => {
    if (/^[xuU]./.test(code)) return String.fromCodePoint(Number.parseInt(code.slice(1), 16))
    if (/^[0-7]{3}$/.test(code)) return String.fromCharCode(Number.parseInt(code, 8))
    return escapes[code] ?? code
  })
}

/** Why the literal is no string of PromQL; undefined when it is one. */
export function stringProblem(literal: string): string | undefined {
  const quote = literal[0] ?? ''
  if (literal.length < 2 || !literal.endsWith(quote) || (quote !== '`' && /(?:^|[^\\])(?:\\\\)*\\$/.test(literal.slice(0, -1)))) {
    return 'unterminated quoted string'
  }
  if (quote === '`') return undefined
  const odd = [...literal.slice(1, -1).matchAll(/\\(.)/gs)].find(([, char = '']) => !/[abfnrtv\\"'xuU0-7]/.test(char))
  return odd ? `unknown escape sequence ${odd[0]}` : undefined
}
