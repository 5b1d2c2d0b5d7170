import type { SyntaxNode } from '@lezer/common'
import { goPattern } from '../objects/regex.ts'
import { nameLabel } from './labels.ts'
import { stringOf } from './literals.ts'
import type { Matcher } from './series.ts'
import type { Source } from './source.ts'

/** The matchers of a vector selector, the metric's name included. */
export function selectorMatchers(source: Source, node: SyntaxNode): Matcher[] {
  const matchers: Matcher[] = []
  for (let child = node.firstChild; child; child = child.nextSibling) {
    if (child.name === 'Identifier') matchers.push(matcherOf(source, child, nameLabel, '=', source.text(child)))
    for (let part = child.firstChild; part; part = part.nextSibling) matchers.push(ofPart(source, part))
  }
  const names = matchers.filter(({ label, op }) => label === nameLabel && op === '=')
  if (names.length > 1) source.refuse(node, `metric name must not be set twice: "${names[0]?.value}" or "${names[1]?.value}"`)
  if (matchers.every((matcher) => matcher.matches(''))) source.refuse(node, 'vector selector must contain at least one non-empty matcher')
  return matchers
}

function ofPart(source: Source, part: SyntaxNode): Matcher {
  if (part.name === 'QuotedLabelName') return matcherOf(source, part, nameLabel, '=', stringOf(source.text(part)))
  const { firstChild: label, lastChild: value } = part
  const op = label?.nextSibling
  if (!label || !op || !value) return source.refuse(part, 'unexpected end of input')
  const name = label.name === 'QuotedLabelName' ? stringOf(source.text(label)) : source.text(label)
  return matcherOf(source, value, name, source.text(op), stringOf(source.text(value)))
}

function matcherOf(source: Source, node: SyntaxNode, label: string, op: string, value: string): Matcher {
  switch (op) {
    case '=':
      return { label, op, value, matches: (given) => given === value }
    case '!=':
      return { label, op, value, matches: (given) => given !== value }
    case '=~':
    case '!~': {
      const matches = whole(value) ?? source.refuse(node, `error parsing regexp: ${JSON.stringify(value)}`)
      return { label, op, value, matches: op === '=~' ? matches : (given) => !matches(given) }
    }
    default:
      return source.refuse(node, `unexpected "${op}" in label matching`)
  }
}

/** Patterns match whole values. One that is but an alternative of plain words is looked up, as there may be many pods in it. */
function whole(pattern: string): ((value: string) => boolean) | undefined {
  if (/^[\w:|-]*$/.test(pattern)) {
    const words = new Set(pattern.split('|'))
    return (value) => words.has(value)
  }
  // flags in front must stay in front
  const [, flags = '', rest = pattern] = /^(\(\?[ims]+\))([\s\S]*)$/.exec(pattern) ?? []
  const own = flags === '' ? '(?s)' : flags.includes('s') ? flags : `${flags.slice(0, -1)}s)`
  const compiled = goPattern(`${own}^(?:${rest})$`)
  return compiled && ((value) => compiled.test(value))
}
