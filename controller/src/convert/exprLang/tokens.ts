/** What is wrong with an expression, or why it has no counterpart. */
export class ExprError extends Error {}

/** name also holds the words that are operators (`and`, `in`); arg is a placeholder `{{args.x}}`. */
export interface Token {
  readonly kind: 'number' | 'text' | 'name' | 'arg' | 'sign' | 'end'
  readonly text: string
}

const signs = [...['**', '==', '!=', '<=', '>=', '&&', '||', '??', '?.', '..'], ...'+-*/%^<>!?:.,()[]{}#|;='.split('')]

/** Throws an ExprError for what is no expression. */
export function tokens(source: string): Token[] {
  const found: Token[] = []
  let at = 0
  const take = (kind: Token['kind'], text: string, length = text.length) => {
    found.push({ kind, text })
    at += length
  }
  while (at < source.length) {
    const rest = source.slice(at)
    const blank = /^(\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)/.exec(rest)?.[0]
    const arg = /^\{\{\s*args\.([^\s{}]+)\s*\}\}/.exec(rest)
    // "1..3" is a range: a dot belongs to a number only where no second one follows.
    const number = /^(0[xX][0-9a-fA-F]+|[0-9][0-9_]*(\.(?!\.)[0-9_]*)?([eE][-+]?[0-9]+)?|\.[0-9][0-9_]*([eE][-+]?[0-9]+)?)/.exec(rest)?.[0]
    const name = /^[A-Za-z_$][A-Za-z0-9_$]*/.exec(rest)?.[0]
    const text = /^("(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*'|`[^`]*`)/.exec(rest)?.[0]
    const sign = signs.find((one) => rest.startsWith(one))
    if (blank) at += blank.length
    else if (arg) take('arg', arg[1] ?? '', arg[0].length)
    else if (number) take('number', number)
    else if (name) take('name', name)
    else if (text) take('text', unquoted(text), text.length)
    else if (sign) take('sign', sign)
    else throw new ExprError(`${JSON.stringify(rest[0])} at character ${at + 1} is not understood`)
  }
  return [...found, { kind: 'end', text: '' }]
}

function unquoted(text: string): string {
  const inner = text.slice(1, -1)
  if (text.startsWith('`')) return inner
  const plain: Record<string, string> = { n: '\n', t: '\t', r: '\r' }
  return inner.replace(/\\([\s\S])/g, (_, letter: string) => plain[letter] ?? letter)
}
