import type { LanguageName } from '../metrics/template.ts'
import { short } from './attribute.ts'
import { MetricProblem } from './problems.ts'

const literals = /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`|#[^\n]*/g
const rates = /(?<![\w:.])(rate|irate|increase|delta|idelta|deriv|histogram_quantile)\s*\(/i

/** Refuses, with a MetricProblem, a query for counters that gives rates: differences of those are not amounts. */
export function checkCounterQuery(query: string, language: LanguageName): void {
  if (language !== 'promql') return
  const found = rates.exec(query.replaceAll(literals, '""'))
  if (found)
    throw new MetricProblem(
      'Query',
      `The query "${short(query)}" uses ${found[1]}(): write the counters alone, without functions; Serin takes the differences itself, pod by pod`,
    )
}
