import { isIP } from 'node:net'
import type { Environment } from '@marcbachmann/cel-js'
import { parseQuantity, Quantity } from './quantity.ts'
import { goPattern } from './regex.ts'

// biome-ignore lint/suspicious/noExplicitAny: the evaluator hands values of any CEL type to its functions and nodes of any shape to its macros
type Any = any

/** What Kubernetes' CEL has beyond the language: has() on any operand, list and string functions, quantities, sets, URLs. */
export function registerLibrary(environment: Environment): Environment {
  registerHasField(environment)
  registerLists(environment)
  registerStrings(environment)
  registerQuantities(environment)
  return environment
}

/** has(), without the parser's limit to plain chains of names: the operand may be an index or a call. */
function registerHasField(environment: Environment): void {
  environment.registerFunction('hasField(ast): bool', ({ args }: Any) => {
    const [node] = args
    return {
      typeCheck(checker: Any, _macro: Any, context: Any) {
        const field = node.op === '.' || node.op === '.?' || (node.op === '[]' && node.args[1].op === 'value')
        if (!field) throw checker.createError('invalid_macro_argument', 'invalid argument to has() macro', node)
        checker.check(node.args[0], context)
        return checker.getType('bool')
      },
      evaluate(evaluator: Any, _macro: Any, context: Any) {
        const operand = evaluator.run(node.args[0], context)
        const name = node.op === '[]' ? node.args[1].args : node.args[1]
        if (operand === null || typeof operand !== 'object' || Array.isArray(operand)) {
          throw evaluator.createError('no_such_key', `no such key: ${name}`, node)
        }
        return Object.hasOwn(operand, name) && operand[name] !== undefined
      },
    }
  })
}

const less = (a: Any, b: Any): boolean => a < b

function registerLists(environment: Environment): void {
  const extreme = (better: (a: Any, b: Any) => boolean) => (list: Any[]) => {
    if (list.length === 0) throw new Error('called on empty list')
    return list.reduce((best, item) => (better(item, best) ? item : best))
  }
  environment
    .registerFunction('list.isSorted(): bool', (list: Any[]) => list.every((item, i) => i === 0 || !less(item, list[i - 1])))
    .registerFunction('list.sum(): dyn', (list: Any[]) => (list.length === 0 ? 0n : list.reduce((sum, item) => sum + item)))
    .registerFunction('list.min(): dyn', extreme(less))
    .registerFunction(
      'list.max(): dyn',
      extreme((a, b) => less(b, a)),
    )
    .registerFunction('list.indexOf(dyn): int', (list: Any[], item: Any) => BigInt(list.indexOf(item)))
    .registerFunction('list.lastIndexOf(dyn): int', (list: Any[], item: Any) => BigInt(list.lastIndexOf(item)))
}

function pattern(text: string): RegExp {
  const found = goPattern(text)
  if (!found) throw new Error(`error parsing regexp: ${text}`)
  return found
}

const allMatches = (text: string, regex: RegExp): string[] =>
  [...text.matchAll(new RegExp(regex, `${regex.flags}g`))].map(([found]) => found)

function isCidr(text: string): boolean {
  const [address = '', bits = ''] = text.split('/')
  const family = isIP(address)
  return family !== 0 && /^(0|[1-9]\d{0,2})$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128)
}

function registerStrings(environment: Environment): void {
  environment
    .registerFunction('matches(string, string): bool', (text: string, regex: string) => pattern(regex).test(text))
    .registerFunction('string.find(string): string', (text: string, regex: string) => pattern(regex).exec(text)?.[0] ?? '')
    .registerFunction('string.findAll(string): list<string>', (text: string, regex: string) => allMatches(text, pattern(regex)))
    .registerFunction('string.replace(string, string): string', (text: string, from: string, to: string) => text.split(from).join(to))
    .registerFunction('string.replace(string, string, int): string', (text: string, from: string, to: string, limit: bigint) => {
      const parts = text.split(from)
      if (limit < 0n || BigInt(parts.length - 1) <= limit) return parts.join(to)
      const head = parts.slice(0, Number(limit) + 1)
      return [head.join(to), ...parts.slice(Number(limit) + 1)].join(from)
    })
    .registerFunction('string.charAt(int): string', (text: string, at: bigint) => {
      const chars = [...text]
      if (at < 0n || at > BigInt(chars.length)) throw new Error(`index out of range: ${at}`)
      return chars[Number(at)] ?? ''
    })
    .registerFunction('string.reverse(): string', (text: string) => [...text].reverse().join(''))
    .registerFunction('isIP(string): bool', (text: string) => isIP(text) !== 0)
    .registerFunction('isCIDR(string): bool', isCidr)
    .registerFunction('isURL(string): bool', (text: string) => URL.canParse(text) || /^\/[^\s]*$/.test(text))
}

function registerQuantities(environment: Environment): void {
  environment
    .registerType('Quantity', Quantity)
    .registerFunction('isQuantity(string): bool', (text: string) => parseQuantity(text) !== undefined)
    .registerFunction('quantity(string): Quantity', (text: string) => {
      const found = parseQuantity(text)
      if (!found) throw new Error(`quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'`)
      return found
    })
    .registerFunction('Quantity.compareTo(Quantity): int', (a: Quantity, b: Quantity) => BigInt(a.compare(b)))
    .registerFunction('Quantity.isGreaterThan(Quantity): bool', (a: Quantity, b: Quantity) => a.compare(b) > 0)
    .registerFunction('Quantity.isLessThan(Quantity): bool', (a: Quantity, b: Quantity) => a.compare(b) < 0)
    .registerFunction('Quantity.sign(): int', (a: Quantity) => BigInt(a.compare(zero)))
    .registerFunction('Quantity.asApproximateFloat(): double', (a: Quantity) => a.toNumber())
    .registerFunction('Quantity.isInteger(): bool', (a: Quantity) => a.isInteger())
    .registerFunction('Quantity.asInteger(): int', (a: Quantity) => {
      if (!a.isInteger()) throw new Error('cannot convert value to integer')
      return a.nanos / 1_000_000_000n
    })
    .registerOperator('Quantity == Quantity', (a: Quantity, b: Quantity) => a.compare(b) === 0)
}

const zero = new Quantity(0n)
