// Kubernetes reads patterns with Go's RE2. What JavaScript writes in another way is rewritten; the two agree on the rest.

const posixClasses: Record<string, string> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  ascii: '\\x00-\\x7F',
  blank: '\\t ',
  digit: '0-9',
  lower: 'a-z',
  punct: '!-\\/:-@\\[-`{-~',
  space: '\\t\\n\\v\\f\\r ',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
}

const known = new Map<string, RegExp | undefined>()
/** Patterns come from schemas: there are as many as somebody wrote, and no more. */
const cacheSize = 5000

/** A Go pattern as a RegExp; undefined for one that does not compile. */
export function goPattern(text: string): RegExp | undefined {
  if (known.has(text)) return known.get(text)
  if (known.size >= cacheSize) known.clear()
  const compiled = compile(text)
  known.set(text, compiled)
  return compiled
}

function compile(text: string): RegExp | undefined {
  const [, flags = '', rest = text] = /^\(\?([ims]+)\)([\s\S]*)$/.exec(text) ?? []
  const source = rest
    .replace(/\[:(\^?)(\w+):\]/g, (whole, not: string, name: string) => (not === '' && posixClasses[name]) || whole)
    .replace(/\\(\\|z|A)/g, (whole, char: string) => (char === 'z' ? '$' : char === 'A' ? '^' : whole))
    .replaceAll('(?P<', '(?<')
  // Unicode mode first: it knows \p{…} and whole characters, but refuses some escapes that Go takes.
  for (const mode of [`${flags}u`, flags]) {
    try {
      return new RegExp(source, mode)
    } catch {
      // The next mode, or none: then the pattern is no good.
    }
  }
  return undefined
}
