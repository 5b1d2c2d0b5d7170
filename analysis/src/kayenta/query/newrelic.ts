import {
  badQuery,
  epochSeconds,
  field,
  parameters,
  type QueryInput,
  type QueryWriter,
  requiredField,
  requiredScope,
  requiredWindow,
} from './scope.ts'
import { expandCustomFilter } from './template.ts'

/** The template (which may use step, startEpochSeconds and endEpochSeconds), else an NRQL query. */
export const newrelic: QueryWriter = (input) => {
  const { start, end } = requiredWindow(input.scope)
  const window = { startEpochSeconds: String(epochSeconds(start)), endEpochSeconds: String(epochSeconds(end)) }
  const step = String(input.scope.step ?? 0)
  return expandCustomFilter(input, ['scope', 'location'], { ...window, step }) ?? select(input, window)
}

function select({ query, scope, account }: QueryInput, window: { startEpochSeconds: string; endEpochSeconds: string }): string {
  const written = requiredField(query, 'select')
  const selected = /^\s*select\b/i.test(written) ? written : `SELECT ${written}`
  const series = scope.step ? `${scope.step} seconds` : 'MAX'
  const params = scope.extendedScopeParams
  const scopeKey = params._scope_key ?? account.defaultScopeKey
  if (!scopeKey) throw badQuery('No attribute carries the scope; write _scope_key in the extended scope parameters.')
  const locationKey = params._location_key ?? account.defaultLocationKey
  const q = field(query, 'q')
  const conditions = [
    ...(q === undefined ? [] : [q]),
    ...parameters(scope)
      .filter(([key]) => !key.startsWith('_'))
      .map(([key, value]) => `${key} LIKE '${value}'`),
    `${scopeKey} LIKE '${requiredScope(scope)}'`,
    ...(locationKey && scope.location ? [`${locationKey} LIKE '${scope.location}'`] : []),
  ]
  return `${selected} TIMESERIES ${series} SINCE ${window.startEpochSeconds} UNTIL ${window.endEpochSeconds} WHERE ${conditions.join(' AND ')}`
}
