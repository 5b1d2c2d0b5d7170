import { badArgument, describe, isText, textTable } from '../arguments.ts'
import { isRecord } from '../lookup.ts'
import { atlas } from './atlas.ts'
import { datadog } from './datadog.ts'
import { graphite } from './graphite.ts'
import { influxdb } from './influxdb.ts'
import { newrelic } from './newrelic.ts'
import { prometheus } from './prometheus.ts'
import { badQuery, type CanaryScope, type QueryAccount, type QueryConfig, type QueryWriter, readScope, type Templates } from './scope.ts'
import { signalfx } from './signalfx.ts'
import { stackdriver } from './stackdriver.ts'
import { wavefront } from './wavefront.ts'

/** A metric store that Kayenta writes queries for: one file each. */
const writers: ReadonlyMap<string, QueryWriter> = new Map(
  Object.entries({ atlas, datadog, graphite, influxdb, newrelic, prometheus, signalfx, stackdriver, wavefront }),
)

/**
 * The query a store is asked, from a metric's `query` object and one arm's scope, as Kayenta writes it. Values are put in as they are: a
 * scope must come from someone who may query the store.
 * @throws KayentaError 'bad-query' with a sentence: an unknown kind, a missing field, an undefined variable; 'bad-argument' for an
 * argument of another type, saying which
 */
export function expandQuery(
  kind: string,
  query: QueryConfig,
  scope: CanaryScope,
  templates?: Templates,
  account?: QueryAccount | null,
): string {
  const writer = writers.get(kind)
  if (!writer) throw badQuery(`The query type is ${isText(kind) ? kind : describe(kind)}; write one of ${[...writers.keys()].join(', ')}.`)
  if (!isRecord(query)) throw badArgument('The argument query', query, "an object, the metric's query")
  const texts = textTable('templates', templates, true)
  return writer({ query, scope: readScope(scope), templates: texts, account: textTable('account', account, true) })
}
