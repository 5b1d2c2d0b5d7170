import { type QueryWriter, requiredField } from './scope.ts'

/** The metric's path with `$scope` and `$location` replaced. */
export const graphite: QueryWriter = ({ query, scope }) =>
  requiredField(query, 'metricName')
    .replaceAll('$scope', () => scope.scope ?? '')
    .replaceAll('$location', () => scope.location ?? '')
