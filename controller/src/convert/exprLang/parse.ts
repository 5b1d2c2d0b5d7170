import { ExprError, type Token, tokens } from './tokens.ts'

/** An expression of expr-lang. `closure`: `{# > 1}`, or the bare `# > 1` where a function takes one. */
export type Expr =
  | { readonly op: 'number'; readonly value: number }
  | { readonly op: 'text'; readonly value: string }
  | { readonly op: 'arg'; readonly name: string }
  | { readonly op: 'bool'; readonly value: boolean }
  | { readonly op: 'nil' | 'item' }
  | { readonly op: 'name'; readonly name: string }
  | { readonly op: 'list'; readonly items: readonly Expr[] }
  | { readonly op: 'member'; readonly of: Expr; readonly key: Expr }
  | { readonly op: 'call'; readonly name: string; readonly args: readonly Expr[] }
  | { readonly op: 'closure'; readonly body: Expr }
  | { readonly op: 'unary'; readonly sign: '!' | '-' | '+'; readonly of: Expr }
  | { readonly op: 'binary'; readonly sign: string; readonly left: Expr; readonly right: Expr }
  | { readonly op: 'choice'; readonly when: Expr; readonly then: Expr; readonly otherwise: Expr }

const binary: Readonly<Record<string, number>> = {
  '|': 5,
  '||': 10,
  or: 10,
  '&&': 15,
  and: 15,
  ...Object.fromEntries(
    ['==', '!=', '<', '>', '<=', '>=', 'in', 'matches', 'contains', 'startsWith', 'endsWith'].map((sign) => [sign, 20]),
  ),
  '..': 25,
  '+': 30,
  '-': 30,
  '*': 60,
  '/': 60,
  '%': 60,
  '**': 100,
  '^': 100,
  '??': 500,
}
const unaries: Readonly<Record<string, { sign: '!' | '-' | '+'; binds: number }>> = {
  '!': { sign: '!', binds: 50 },
  not: { sign: '!', binds: 50 },
  '-': { sign: '-', binds: 90 },
  '+': { sign: '+', binds: 90 },
}
const sameSign: Readonly<Record<string, string>> = { or: '||', and: '&&', '^': '**' }
const deepest = 100

/** Throws an ExprError for what is no expression. */
export function parse(source: string): Expr {
  const all = tokens(source)
  let at = 0
  let depth = 0
  const here = (): Token => all[at] ?? { kind: 'end', text: '' }
  const is = (text: string) => here().text === text && (here().kind === 'sign' || here().kind === 'name')
  const next = (): Token => {
    const token = here()
    at++
    return token
  }
  const accept = (text: string): boolean => {
    if (!is(text)) return false
    at++
    return true
  }
  const expect = (text: string) => {
    if (!accept(text)) throw new ExprError(`${text} is missing before ${here().text === '' ? 'the end' : JSON.stringify(here().text)}`)
  }

  function whole(): Expr {
    if (++depth > deepest) throw new ExprError('it is nested too deeply')
    const when = operation(0)
    let result = when
    if (accept('?')) {
      const then = is(':') ? when : whole()
      expect(':')
      result = { op: 'choice', when, then, otherwise: whole() }
    }
    depth--
    return result
  }

  function operation(least: number): Expr {
    if (++depth > deepest) throw new ExprError('it is nested too deeply')
    let left = operand()
    for (;;) {
      const negated = is('not') && all[at + 1]?.text === 'in'
      const sign = negated ? 'in' : here().text
      const binds = here().kind === 'sign' || here().kind === 'name' ? (Object.hasOwn(binary, sign) ? binary[sign] : undefined) : undefined
      if (binds === undefined || binds < least) break
      at += negated ? 2 : 1
      if (sign === '|') left = piped(left)
      else {
        // A power binds to the right, all others to the left.
        const right = operation(binds === 100 ? binds : binds + 1)
        const joined: Expr = { op: 'binary', sign: sameSign[sign] ?? sign, left, right }
        left = negated ? { op: 'unary', sign: '!', of: joined } : joined
      }
    }
    depth--
    return left
  }

  function piped(first: Expr): Expr {
    const { kind, text } = next()
    if (kind !== 'name') throw new ExprError('after | stands a function')
    return postfix({ op: 'call', name: text, args: [first, ...(accept('(') ? list(')') : [])] })
  }

  function operand(): Expr {
    const unary =
      (here().kind === 'sign' || here().kind === 'name') && Object.hasOwn(unaries, here().text) ? unaries[here().text] : undefined
    if (unary) {
      at++
      return { op: 'unary', sign: unary.sign, of: operation(unary.binds) }
    }
    return postfix(primary())
  }

  function primary(): Expr {
    const { kind, text } = next()
    if (kind === 'number') return { op: 'number', value: Number(text.replaceAll('_', '')) }
    if (kind === 'text') return { op: 'text', value: text }
    if (kind === 'arg') return { op: 'arg', name: text }
    if (kind === 'name') {
      if (text === 'true' || text === 'false') return { op: 'bool', value: text === 'true' }
      if (text === 'nil' || text === 'null') return { op: 'nil' }
      return accept('(') ? { op: 'call', name: text, args: list(')') } : { op: 'name', name: text }
    }
    if (text === '(') {
      const inner = whole()
      expect(')')
      return inner
    }
    if (text === '[') return { op: 'list', items: list(']') }
    if (text === '{') {
      const body = whole()
      expect('}')
      return { op: 'closure', body }
    }
    if (text === '#') return { op: 'item' }
    // Inside a closure `.field` is a field of the item.
    if (text === '.' && here().kind === 'name') return { op: 'member', of: { op: 'item' }, key: { op: 'text', value: next().text } }
    throw new ExprError(`${kind === 'end' ? 'it ends too early' : `${JSON.stringify(text)} is not expected there`}`)
  }

  function postfix(first: Expr): Expr {
    let of = first
    for (;;) {
      if (accept('.') || accept('?.')) {
        if (accept('[')) of = indexed(of)
        else {
          const { kind, text } = next()
          if (kind !== 'name') throw new ExprError('after a dot stands a name')
          if (is('(')) throw new ExprError(`the method ${text} has no counterpart`)
          of = { op: 'member', of, key: { op: 'text', value: text } }
        }
      } else if (accept('[')) of = indexed(of)
      else return of
    }
  }

  function indexed(of: Expr): Expr {
    const key = whole()
    if (is(':')) throw new ExprError('a part of a list has no counterpart')
    expect(']')
    return { op: 'member', of, key }
  }

  function list(close: string): Expr[] {
    const items: Expr[] = []
    while (!accept(close)) {
      if (items.length > 0) {
        expect(',')
        if (accept(close)) break
      }
      items.push(whole())
    }
    return items
  }

  const result = whole()
  if (here().kind !== 'end') throw new ExprError(`${JSON.stringify(here().text)} is not expected there`)
  return result
}
