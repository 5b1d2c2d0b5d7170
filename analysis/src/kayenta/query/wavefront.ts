import { field, type QueryWriter, requiredField } from './scope.ts'

/** A ts() expression of metric and scope, inside the aggregate where there is one. */
export const wavefront: QueryWriter = ({ query, scope }) => {
  const metric = requiredField(query, 'metricName')
  const series = `ts(${scope.scope ? `${metric}, ${scope.scope}` : metric})`
  const aggregate = field(query, 'aggregate')
  return aggregate === undefined ? series : `${aggregate}(${series})`
}

/** The granularity letter a store is asked for: the largest unit that divides the step (seconds). */
export function wavefrontGranularity(step: number): 'd' | 'h' | 'm' | 's' {
  if (step % 86400 === 0) return 'd'
  if (step % 3600 === 0) return 'h'
  return step % 60 === 0 ? 'm' : 's'
}
