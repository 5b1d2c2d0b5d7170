import type { Labels } from './labels.ts'

export interface Sample {
  name: string
  labels: Labels
  value: number
}

const namePattern = /^[a-zA-Z_:][a-zA-Z0-9_:]*/
const labelPattern = /^\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*(,?)/
const valuePattern = /^\s+(\S+)(?:\s+-?\d+)?\s*$/

/**
 * The samples of a text in Prometheus' exposition format, in its order. Comments, blank lines and time stamps are left out.
 * Throws an Error that names the line which is none.
 */
export function parseExposition(text: string): Sample[] {
  const samples: Sample[] = []
  for (const [index, line] of text.split('\n').entries()) {
    const trimmed = line.trim()
    if (trimmed === '' || trimmed.startsWith('#')) continue
    const sample = parseLine(trimmed)
    if (!sample) throw new Error(`line ${index + 1} is no sample: ${trimmed.slice(0, 200)}`)
    samples.push(sample)
  }
  return samples
}

function parseLine(line: string): Sample | undefined {
  const name = namePattern.exec(line)?.[0]
  if (name === undefined) return undefined
  let rest = line.slice(name.length).replace(/^\s+(?=\{)/, '')
  const labels: Record<string, string> = {}
  if (rest.startsWith('{')) {
    rest = rest.slice(1)
    for (let more = true; more; ) {
      const found = labelPattern.exec(rest)
      if (!found) break
      const [whole, label = '', value = '', comma] = found
      if (label in labels) return undefined
      labels[label] = unescaped(value)
      rest = rest.slice(whole.length)
      more = comma === ','
    }
    rest = rest.trimStart()
    if (!rest.startsWith('}')) return undefined
    // the value may follow the brace at once
    rest = ` ${rest.slice(1)}`
  }
  const value = numberOf(valuePattern.exec(rest)?.[1])
  return value === undefined ? undefined : { name, labels, value }
}

const unescaped = (text: string) =>
  text.replace(/\\(.)/g, (whole, char: string) => (char === 'n' ? '\n' : /["\\]/.test(char) ? char : whole))

function numberOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) return Number(text)
  const [, sign, word = ''] = /^([+-]?)(\w+)$/.exec(text) ?? []
  if (/^nan$/i.test(word)) return Number.NaN
  if (/^inf(?:inity)?$/i.test(word)) return sign === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  return undefined
}
