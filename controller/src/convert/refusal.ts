import { lint } from '../api/lint.ts'
import type { MetricInput } from '../api/metric.ts'
import { apiVersion } from '../api/rollout.ts'
import type { KubeObject } from './converter.ts'

/** Why the API server would refuse the object, or why it could never work; undefined: it would not. */
export function refusal(object: KubeObject): string | undefined {
  return lint([object]).find(({ severity }) => severity === 'error')?.message
}

/** The same of one metric, so that it can be left out and the others stay. */
export function metricRefusal(metric: MetricInput, args: readonly unknown[] = []): string | undefined {
  return refusal({ apiVersion, kind: 'AnalysisTemplate', metadata: { name: 'one' }, spec: { args, metrics: [metric] } })
}
