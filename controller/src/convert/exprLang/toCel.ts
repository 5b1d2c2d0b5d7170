import { both, type Cel, choose, compared, either, fixed, isFixed, joined, not, number, same, truth } from './cel.ts'
import { type Expr, parse } from './parse.ts'
import { ExprError } from './tokens.ts'

/** A place in a result; '*' is every item of a list. */
export type Place = readonly (string | number)[]

/** What a condition is in Serin. */
export interface Condition {
  /** A condition on `value`. */
  readonly cel: string
  /** The one place of the result that it looks at; [] is the result itself. Of several items of a list it is the first. Undefined: it looks at none. */
  readonly path: Place | undefined
  /** It looks at every item of a list, where Serin has one number. */
  readonly asksForAll: boolean
  /** It looks at whether there is a result at all. Serin asks a condition only when there is a number. */
  readonly asksForNothing: boolean
}

/** What an expression stands for: a number or truth as CEL, items known one by one, or a place in the result that its use will tell more of. */
type Value =
  | { readonly is: 'cel'; readonly cel: Cel }
  | { readonly is: 'text'; readonly text: string }
  | { readonly is: 'nil' }
  | { readonly is: 'place'; readonly path: Place }
  | { readonly is: 'list'; readonly items: readonly Item[] }

/** An item of a list, and when it is there. */
interface Item {
  readonly value: Value
  readonly when: Cel
}

const mostItems = 100

/** numbers: one number or a list of one. document: any JSON, of which one place is a number. */
export type Shape = 'numbers' | 'document'

/**
 * A condition of expr-lang on `result` as CEL on `value`, the one number that Serin measures. Throws an ExprError that says what has no counterpart:
 * nothing is guessed.
 */
export function toCel(source: string | Expr, shape: Shape): Condition {
  const paths = new Map<string, Place>()
  let asksForNothing = false
  let asksForAll = false
  const looked = (path: Place) => {
    if (path.includes('*')) asksForAll = true
    const plain = path.map((key) => (key === '*' ? 0 : key))
    if (shape === 'numbers' && (plain.length > 1 || (plain[0] ?? 0) !== 0))
      throw new ExprError(`it looks at ${placeText(path)}, and a measurement of Serin is one number`)
    const place = shape === 'numbers' ? [] : plain
    paths.set(JSON.stringify(place), place)
  }
  const used = (path: Place, type: 'number' | 'bool'): Cel => {
    looked(path)
    const cel = number('value')
    return type === 'number' ? cel : compared('==', cel, fixed(1))
  }

  const numeric = (value: Value): Cel => {
    if (value.is === 'place') return used(value.path, 'number')
    if (value.is === 'cel' && value.cel.type === 'number') return value.cel
    throw new ExprError(`${nameOf(value)} stands where a number should`)
  }
  const logical = (value: Value): Cel => {
    if (value.is === 'place') return used(value.path, 'bool')
    if (value.is === 'cel' && value.cel.type === 'bool') return value.cel
    throw new ExprError(`${nameOf(value)} stands where true or false should`)
  }
  const itemsOf = (value: Value): readonly Item[] => {
    if (value.is === 'list') return value.items
    if (value.is === 'place') return [{ value: { is: 'place', path: [...value.path, '*'] }, when: truth(true) }]
    throw new ExprError(`${nameOf(value)} stands where a list should`)
  }
  const cel = (one: Cel): Value => ({ is: 'cel', cel: one })

  function meaningOf(expr: Expr, item: Value | undefined): Value {
    const of = (one: Expr) => meaningOf(one, item)
    switch (expr.op) {
      case 'number':
        return cel(fixed(expr.value))
      case 'bool':
        return cel(truth(expr.value))
      case 'arg':
        return cel(number(`{{args.${expr.name}}}`))
      case 'text':
        return { is: 'text', text: expr.value }
      case 'nil':
        return { is: 'nil' }
      case 'item':
        if (item === undefined) throw new ExprError('# stands outside of a condition on items')
        return item
      case 'name':
        if (expr.name === 'result') return { is: 'place', path: [] }
        throw new ExprError(`there is no ${expr.name}`)
      case 'list':
        return { is: 'list', items: expr.items.map((one) => ({ value: of(one), when: truth(true) })) }
      case 'member':
        return memberOf(of(expr.of), of(expr.key))
      case 'closure':
        throw new ExprError('{…} stands where no function takes it')
      case 'unary':
        if (expr.sign === '!') return cel(not(logical(of(expr.of))))
        return cel(expr.sign === '+' ? numeric(of(expr.of)) : joined('-', fixed(0), numeric(of(expr.of))))
      case 'binary':
        return binary(expr, item)
      case 'choice':
        return choice(logical(of(expr.when)), of(expr.then), of(expr.otherwise))
      case 'call':
        return call(expr, item)
    }
  }

  function memberOf(value: Value, key: Value): Value {
    const plain = key.is === 'text' ? key.text : key.is === 'cel' && isFixed(key.cel) ? Number(key.cel.constant) : undefined
    if (plain === undefined) throw new ExprError('an index is a number or a name written out')
    if (value.is === 'place') return { is: 'place', path: [...value.path, plain] }
    if (value.is === 'list' && typeof plain === 'number') {
      const found = value.items.at(plain)
      if (found && value.items.every(({ when }) => when.constant === true)) return found.value
      throw new ExprError('an item that may not be there has no counterpart')
    }
    throw new ExprError(`${nameOf(value)} has no ${plain}`)
  }

  function choice(when: Cel, then: Value, otherwise: Value): Value {
    if (isFixed(when)) return when.constant === true ? then : otherwise
    if (isBool(then) || isBool(otherwise)) return cel(choose(when, logical(then), logical(otherwise)))
    return cel(choose(when, numeric(then), numeric(otherwise)))
  }

  function binary({ sign, left, right }: Extract<Expr, { op: 'binary' }>, item: Value | undefined): Value {
    if (sign === '&&' || sign === '||') {
      const first = logical(meaningOf(left, item))
      if (first.constant === (sign === '||')) return cel(first)
      const second = logical(meaningOf(right, item))
      return cel(sign === '&&' ? both(first, second) : either(first, second))
    }
    const [a, b] = [meaningOf(left, item), meaningOf(right, item)]
    switch (sign) {
      case '??':
        return orElse(a, b)
      case '==':
      case '!=':
        return cel(sign === '==' ? equal(a, b) : not(equal(a, b)))
      case '<':
      case '<=':
      case '>':
      case '>=':
        return cel(compared(sign, numeric(a), numeric(b)))
      case '+':
      case '-':
      case '*':
      case '/':
        return cel(joined(sign, numeric(a), numeric(b)))
      case '%':
        return cel(joined('%', whole(numeric(a)), whole(numeric(b))))
      case 'in':
        return cel(itemsOf(b).reduce((found, { value, when }) => either(found, both(when, equal(a, value))), truth(false)))
      case '..':
        return range(numeric(a), numeric(b))
      case '**':
        if (isFixed(numeric(a)) && isFixed(numeric(b))) return cel(fixed(Number(numeric(a).constant) ** Number(numeric(b).constant)))
        throw new ExprError('a power has no counterpart')
      default:
        throw new ExprError(`${sign} works on texts, and Serin measures numbers`)
    }
  }

  /** Serin asks only where there is a number: what is instead of nothing is never needed. */
  function orElse(a: Value, b: Value): Value {
    asksForNothing = true
    if (a.is === 'place') looked(a.path)
    return a.is === 'nil' ? b : a
  }

  function equal(a: Value, b: Value): Cel {
    if (a.is === 'nil' || b.is === 'nil') {
      asksForNothing = true
      for (const one of [a, b]) {
        if (one.is !== 'place') continue
        if (shape === 'document' && one.path.length > 0) throw new ExprError(`whether there is ${placeText(one.path)} cannot be asked`)
        looked(one.path)
      }
      return truth(a.is === b.is)
    }
    if (a.is === 'text' && b.is === 'text') return truth(a.text === b.text)
    if (a.is === 'list' || b.is === 'list') throw new ExprError('comparing lists has no counterpart')
    if (isBool(a) || isBool(b)) return same(logical(a), logical(b))
    return compared('==', numeric(a), numeric(b))
  }

  function range(from: Cel, to: Cel): Value {
    if (!isFixed(from) || !isFixed(to)) throw new ExprError('a range of numbers that are not written out has no counterpart')
    const [low, high] = [Number(from.constant), Number(to.constant)]
    if (high - low >= mostItems) throw new ExprError(`a range of more than ${mostItems} numbers is too long`)
    const items = Array.from({ length: Math.max(0, high - low + 1) }, (_, at) => ({ value: cel(fixed(low + at)), when: truth(true) }))
    return { is: 'list', items }
  }

  function call({ name, args }: Extract<Expr, { op: 'call' }>, item: Value | undefined): Value {
    const [first, second] = args
    if (first === undefined) throw new ExprError(`${name} has nothing to work on`)
    const one = meaningOf(first, item)
    /** Of each item: whether it is there and what the closure says of it. */
    const each = (): { when: Cel; value: Value; item: Item }[] => {
      const body = second?.op === 'closure' ? second.body : second
      if (body === undefined) throw new ExprError(`${name} needs a condition on items, like {# > 1}`)
      return itemsOf(one).map((each) => ({ when: each.when, value: meaningOf(body, each.value), item: each }))
    }
    const holding = () => each().map(({ when, value }) => both(when, logical(value)))
    const counted = (all: readonly Cel[]) => all.reduce((sum, when) => joined('+', sum, choose(when, fixed(1), fixed(0))), fixed(0))
    const aggregate = (combine: (cels: readonly Cel[]) => Cel): Value => {
      if (args.length > 1) return cel(combine(args.map((arg) => numeric(meaningOf(arg, item)))))
      if (one.is === 'cel') return one
      const items = itemsOf(one)
      if (items.length === 0 || items.some(({ when }) => when.constant !== true))
        throw new ExprError(`${name} of a list that may be empty has no counterpart`)
      return cel(combine(items.map(({ value }) => numeric(value))))
    }
    if (shape === 'document' && one.is === 'place' && (name === 'len' || name === 'count'))
      throw new ExprError('the length of a list has no counterpart')
    switch (name) {
      case 'len':
        asksForNothing = true
        return cel(counted(itemsOf(one).map(({ when }) => when)))
      case 'all':
        return cel(each().reduce((all, { when, value }) => both(all, either(not(when), logical(value))), truth(true)))
      case 'any':
        return cel(holding().reduce(either, truth(false)))
      case 'none':
        return cel(not(holding().reduce(either, truth(false))))
      case 'one':
        return cel(compared('==', counted(holding()), fixed(1)))
      case 'count':
        return cel(counted(second === undefined ? itemsOf(one).map(({ when, value }) => both(when, logical(value))) : holding()))
      case 'filter':
        return { is: 'list', items: each().map(({ when, value, item: kept }) => ({ value: kept.value, when: both(when, logical(value)) })) }
      case 'map':
        return { is: 'list', items: each().map(({ when, value }) => ({ when, value })) }
      case 'first':
      case 'last':
        return memberOf({ is: 'list', items: itemsOf(one) }, cel(fixed(name === 'first' ? 0 : -1)))
      case 'sum':
        return aggregate((cels) => cels.reduce((sum, other) => joined('+', sum, other)))
      case 'mean':
        return aggregate((cels) =>
          joined(
            '/',
            cels.reduce((sum, other) => joined('+', sum, other)),
            fixed(cels.length),
          ),
        )
      case 'min':
      case 'max':
        return aggregate((cels) => cels.reduce((best, other) => choose(compared(name === 'min' ? '<' : '>', other, best), other, best)))
      case 'isNaN':
      case 'isInf':
        return cel(truthOf(`${name}(${numeric(one).text})`))
      case 'isNil':
        return cel(equal(one, { is: 'nil' }))
      case 'default':
        if (second === undefined) throw new ExprError('default needs two values')
        return orElse(one, meaningOf(second, item))
      case 'asFloat':
      case 'float':
        return cel(one.is === 'text' ? ofText(one.text) : numeric(one))
      case 'asInt':
      case 'int':
        return cel(whole(one.is === 'text' ? ofText(one.text) : numeric(one)))
      case 'abs':
        return cel(absolute(numeric(one)))
      default:
        throw new ExprError(`${name}() has no counterpart`)
    }
  }

  const condition = logical(meaningOf(typeof source === 'string' ? parse(source) : source, undefined))
  const [path] = paths.values()
  if (paths.size > 1)
    throw new ExprError(`it looks at ${[...paths.values()].map(placeText).join(' and ')}, and a measurement of Serin is one number`)
  return { cel: condition.text, path, asksForNothing, asksForAll }
}

/**
 * The same of a condition that looks at several places and holds when all its parts do: one condition for each place, which all have to hold. Throws an
 * ExprError like toCel.
 */
export function toCelByPlace(source: string, shape: Shape): Condition[] {
  const parts = conjuncts(parse(source)).map((part) => ({ part, place: JSON.stringify(toCel(part, shape).path) }))
  // A part that looks at no place, like len(result) > 0, goes with the first that does.
  const [first] = parts.flatMap(({ place }) => place ?? [])
  const byPlace = new Map<string | undefined, Expr>()
  for (const { part, place = first } of parts) {
    const before = byPlace.get(place)
    byPlace.set(place, before ? { op: 'binary', sign: '&&', left: before, right: part } : part)
  }
  return [...byPlace.values()].map((one) => toCel(one, shape))
}

function conjuncts(expr: Expr): Expr[] {
  return expr.op === 'binary' && expr.sign === '&&' ? [...conjuncts(expr.left), ...conjuncts(expr.right)] : [expr]
}

/** Of a number in quotes, also an argument in quotes. */
function ofText(text: string): Cel {
  const arg = /^\s*\{\{\s*args\.([^\s{}]+)\s*\}\}\s*$/.exec(text)?.[1]
  if (arg !== undefined) return number(`{{args.${arg}}}`)
  if (text.trim() === '' || !Number.isFinite(Number(text))) throw new ExprError(`${JSON.stringify(text)} is no number`)
  return fixed(Number(text))
}

/** Without what is behind the point. An argument is taken for whole. */
function whole(cel: Cel): Cel {
  if (isFixed(cel)) return fixed(Math.trunc(Number(cel.constant)))
  return /^\{\{[^}]*\}\}$/.test(cel.text) ? cel : number(`double(int(${cel.text}))`)
}

function absolute(cel: Cel): Cel {
  return isFixed(cel) ? fixed(Math.abs(Number(cel.constant))) : number(`abs(${cel.text})`)
}

function truthOf(text: string): Cel {
  return { type: 'bool', text, binds: 9 }
}

function isBool(value: Value): boolean {
  return value.is === 'cel' && value.cel.type === 'bool'
}

function nameOf(value: Value): string {
  switch (value.is) {
    case 'text':
      return `the text ${JSON.stringify(value.text)}`
    case 'nil':
      return 'nil'
    case 'list':
      return 'a list'
    case 'place':
      return placeText(value.path)
    case 'cel':
      return value.cel.type === 'bool' ? 'true or false' : 'a number'
  }
}

function placeText(path: Place): string {
  return path.reduce<string>((text, key) => (typeof key === 'number' || key === '*' ? `${text}[${key}]` : `${text}.${key}`), 'result')
}
