/** The text of CEL expressions, split into tokens: for rewriting what the parser does not know before it sees it. */
export interface Token {
  kind: 'name' | 'string' | 'space' | 'other'
  text: string
}

const pattern =
  /(?<string>[rRbB]{0,2}(?:"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'))|(?<name>[A-Za-z_][A-Za-z0-9_]*)|(?<space>\s+|\/\/[^\n]*)|(?<other>\d[\w.]*|[\s\S])/g

export function tokenize(source: string): Token[] {
  const out: Token[] = []
  for (const match of source.matchAll(pattern)) {
    const { string, name, space } = match.groups ?? {}
    const kind = string !== undefined ? 'string' : name !== undefined ? 'name' : space !== undefined ? 'space' : 'other'
    out.push({ kind, text: match[0] })
  }
  return out
}

/** The next token that is not white space, from `at` on; -1 at the end. */
export function following(tokens: readonly Token[], at: number): number {
  for (let i = at; i < tokens.length; i++) if (tokens[i]?.kind !== 'space') return i
  return -1
}

const escapes: Record<string, string> = { __underscores__: '__', __dot__: '.', __dash__: '-', __slash__: '/' }

/** Words of CEL that a field may be named, but a selector may not. */
const reservedWords = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(' '),
)

/** The field that an escaped name stands for (`a__dash__b` -> `a-b`, `__if__` -> `if`); the name itself when nothing is escaped. */
export function unescapedName(name: string): string {
  const word = /^__(.+)__$/.exec(name)?.[1]
  if (word !== undefined && reservedWords.has(word)) return word
  return name.replace(/__(underscores|dot|dash|slash)__/g, (code) => escapes[code] ?? code)
}

/** How a rule must write a field's name; undefined when it cannot be named at all. */
export function escapedName(name: string): string | undefined {
  if (!/^[A-Za-z_.\-/][A-Za-z0-9_.\-/]*$/.test(name)) return undefined
  if (reservedWords.has(name)) return `__${name}__`
  return name.replaceAll('__', '__underscores__').replaceAll('.', '__dot__').replaceAll('-', '__dash__').replaceAll('/', '__slash__')
}

/**
 * Kubernetes' CEL in the parser's words: `has(x)` becomes `hasField(x)`, which takes any operand before the last field, and
 * an escaped field becomes an index with its true name.
 */
export function portable(source: string): string {
  const tokens = tokenize(source)
  let out = ''
  let last = ''
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] as Token
    if (token.kind === 'name' && last === '.') {
      const name = unescapedName(token.text)
      const called = tokens[following(tokens, i + 1)]?.text === '('
      if (name !== token.text || (reservedWords.has(name) && !called)) out = `${out.trimEnd().slice(0, -1)}[${JSON.stringify(name)}]`
      else out += token.text
    } else if (token.text === 'has' && tokens[following(tokens, i + 1)]?.text === '(') out += 'hasField'
    else out += token.text
    if (token.kind !== 'space') last = token.text
  }
  return out
}
