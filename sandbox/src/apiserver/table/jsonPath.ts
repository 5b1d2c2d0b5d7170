import { isRecord } from '../json.ts'

/** The part of kubectl's JSONPath that printer columns use: members, indexes, wildcards and one-comparison filters. */

type Step =
  | { type: 'member'; name: string }
  | { type: 'index'; index: number }
  | { type: 'all' }
  | { type: 'filter'; path: readonly string[]; operator: string; value: string }

const steps = new Map<string, Step[]>()
const token =
  /\.?\['((?:[^'\\]|\\.)*)'\]|\.?\["((?:[^"\\]|\\.)*)"\]|\[(-?\d+)\]|(\[\*\]|\.\*)|\[\?\(@\.([\w.\-/]+)\s*(==|!=)\s*("[^"]*"|'[^']*'|[\w.-]+)\)\]|\.?((?:[^.[\]\\]|\\.)+)/y

/** Every value at the path; none where it leads nowhere or cannot be read. */
export function valuesAt(object: unknown, path: string): unknown[] {
  let parsed = steps.get(path)
  if (!parsed) {
    parsed = parse(path)
    steps.set(path, parsed)
  }
  let values: unknown[] = [object]
  for (const step of parsed) values = values.flatMap((value) => follow(value, step))
  return values
}

function parse(path: string): Step[] {
  const text = path
    .trim()
    .replace(/^\{(.*)\}$/, '$1')
    .replace(/^\$/, '')
  const result: Step[] = []
  token.lastIndex = 0
  while (token.lastIndex < text.length) {
    const match = token.exec(text)
    if (!match) return [{ type: 'member', name: path }]
    const [, single, double, index, all, filterPath, operator = '==', value = '', name] = match
    const member = single ?? double ?? name
    if (all !== undefined) result.push({ type: 'all' })
    else if (index !== undefined) result.push({ type: 'index', index: Number(index) })
    else if (filterPath !== undefined)
      result.push({ type: 'filter', path: filterPath.split('.'), operator, value: value.replace(/^["']|["']$/g, '') })
    else if (member !== undefined) result.push({ type: 'member', name: member.replace(/\\(.)/g, '$1') })
  }
  return result
}

function follow(value: unknown, step: Step): unknown[] {
  switch (step.type) {
    case 'member': {
      const member = isRecord(value) ? value[step.name] : undefined
      return member === undefined || member === null ? [] : [member]
    }
    case 'index': {
      const item = Array.isArray(value) ? value.at(step.index) : undefined
      return item === undefined ? [] : [item]
    }
    case 'all':
      return Array.isArray(value) ? value : isRecord(value) ? Object.values(value) : []
    case 'filter': {
      if (!Array.isArray(value)) return []
      return value.filter((item) => {
        let member: unknown = item
        for (const name of step.path) member = isRecord(member) ? member[name] : undefined
        return (String(member) === step.value) === (step.operator === '==')
      })
    }
  }
}
