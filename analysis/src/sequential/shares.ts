import type { MetricPlan } from '../plan.ts'
import type { Form } from '../table.ts'

/** What each kind of metric gets of alpha when the plan says nothing: errors and latency most. */
const usual: Record<Form, { kind: string; weight: number }> = {
  ratio: { kind: 'errors', weight: 0.35 },
  count: { kind: 'errors', weight: 0.35 },
  histogram: { kind: 'latency', weight: 0.35 },
  raw: { kind: 'latency', weight: 0.35 },
  gauge: { kind: 'rest', weight: 0.3 },
}

/** Each metric's share of alpha, in the order of the plan; they sum to 1. */
export function alphaShares(metrics: readonly MetricPlan[]): readonly number[] {
  const alike = (form: Form) => metrics.filter((other) => usual[other.form].kind === usual[form].kind).length
  const weights = metrics.map(({ weight, form }) => weight ?? usual[form].weight / alike(form))
  const all = weights.reduce((sum, weight) => sum + weight, 0)
  return weights.map((weight) => weight / all)
}
