import { type QueryWriter, requiredField, requiredScope } from './scope.ts'
import { expandCustomFilter } from './template.ts'

/** The template, else the metric with the scope as its tag. */
export const datadog: QueryWriter = (input) =>
  expandCustomFilter(input, ['scope', 'location']) ?? `${requiredField(input.query, 'metricName')}{${requiredScope(input.scope)}}`
