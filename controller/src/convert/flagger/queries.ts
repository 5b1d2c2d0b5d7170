import { type Selection, selectCanary, serviceMark, workloadMark } from '../armSelection.ts'

/** What the functions of Flagger's query templates give. */
export interface QueryValues {
  readonly name: string
  readonly target: string
  readonly service: string
  readonly ingress: string
  readonly route: string
  /** Window of the metric, as Flagger writes it. */
  readonly interval: string
  readonly variables: Readonly<Record<string, string>>
}

/** A query, or why it has no counterpart: the end of a sentence that begins with its name. */
export type Translated = Selection | { readonly cannot: string; readonly doInstead: string }

/** A query template of Flagger as a query of Serin for the new version. */
export function translateQuery(template: string, values: QueryValues, language: 'promql' | 'other'): Translated {
  const unknown: string[] = []
  const text = template.replace(/\{\{-?([\s\S]*?)-?\}\}/g, (whole: string, inside: string) => {
    const value = meaning(inside.trim(), values)
    if (value === undefined) unknown.push(whole)
    return value ?? whole
  })
  if (unknown.length > 0)
    return {
      cannot: `has ${[...new Set(unknown)].join(', ')}, which is not known here`,
      doInstead: 'write what it stands for into the query',
    }
  const selection = selectCanary(text.trim(), language, { workload: values.target, service: values.service })
  if (selection) return selection
  return {
    cannot: 'measures the old version (-primary), and a query of Serin is of the new one',
    doInstead: 'compare the two: a ratio, count, histogram or gauge metric asks for both versions by itself',
  }
}

function meaning(action: string, values: QueryValues): string | undefined {
  const [, variable] = /^variables\.([A-Za-z_]\w*)$/.exec(action) ?? /^index\s+variables\s+"([^"]+)"$/.exec(action) ?? []
  if (variable !== undefined) return Object.hasOwn(values.variables, variable) ? values.variables[variable] : undefined
  const [, format, words] = /^printf\s+"([^"\\]*)"((?:\s+[a-z.]+)+)$/.exec(action) ?? []
  if (format !== undefined && words !== undefined) return formatted(format, words.trim().split(/\s+/), values)
  switch (action) {
    case 'namespace':
      return '{{namespace}}'
    case 'target':
      return workloadMark
    case 'service':
      return serviceMark
    case 'name':
    case 'ingress':
    case 'route':
    case 'interval':
      return values[action] === '' ? undefined : values[action]
    default:
      return undefined
  }
}

/** Go's printf with nothing but %s. */
function formatted(format: string, words: readonly string[], values: QueryValues): string | undefined {
  const parts = format.split('%s')
  const found = words.map((word) => meaning(word, values))
  if (parts.length !== words.length + 1 || format.replaceAll('%s', '').includes('%') || found.includes(undefined)) return undefined
  return parts.map((part, index) => part + (found[index] ?? '')).join('')
}
