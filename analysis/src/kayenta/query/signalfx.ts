import { isRecord } from '../lookup.ts'
import { badQuery, field, parameters, type QueryConfig, type QueryInput, type QueryWriter, requiredField, requiredScope } from './scope.ts'
import { expandCustomFilter } from './template.ts'

type Pair = { readonly key: string; readonly value: string }

/** The template, else a SignalFlow program: `!key` negates, commas in a value separate alternatives. */
export const signalfx: QueryWriter = (input) => expandCustomFilter(input, ['scope', 'location']) ?? program(input)

function program(input: QueryInput): string {
  const pairs = [...queryPairs(input.query), ...scopePairs(input)]
  const filter = pairs.map(condition).join(' and ')
  const by = [...new Set(pairs.map(({ key }) => `'${bare(key)}'`))].join(', ')
  const aggregation = field(input.query, 'aggregationMethod') ?? 'mean'
  return `data('${requiredField(input.query, 'metricName')}', filter=${filter}).${aggregation}(by=[${by}]).publish()`
}

function queryPairs(query: QueryConfig): readonly Pair[] {
  const pairs = query.queryPairs ?? []
  if (!Array.isArray(pairs)) throw badQuery("The query's queryPairs is not a list; write a list of objects with key and value.")
  return pairs.map((pair: unknown) => {
    if (!isRecord(pair) || typeof pair.key !== 'string' || typeof pair.value !== 'string') {
      throw badQuery("One of the query's queryPairs is not an object with key and value, both texts.")
    }
    return { key: pair.key, value: pair.value }
  })
}

function scopePairs({ scope, account }: QueryInput): readonly Pair[] {
  const params = scope.extendedScopeParams
  const scopeKey = params._scope_key ?? account.defaultScopeKey
  if (!scopeKey) throw badQuery('No dimension carries the scope; write _scope_key in the extended scope parameters.')
  const locationKey = params._location_key ?? account.defaultLocationKey
  return [
    ...parameters(scope)
      .filter(([key]) => !key.startsWith('_'))
      .map(([key, value]) => ({ key, value })),
    { key: scopeKey, value: requiredScope(scope) },
    ...(locationKey && scope.location ? [{ key: locationKey, value: scope.location }] : []),
  ]
}

function condition({ key, value }: Pair): string {
  const values = value.split(',').map((one) => `'${one.trim()}'`)
  const filter = `filter('${bare(key)}', ${values.join(', ')})`
  return key.startsWith('!') ? `(not ${filter})` : filter
}

function bare(key: string): string {
  return key.startsWith('!') ? key.slice(1) : key
}
