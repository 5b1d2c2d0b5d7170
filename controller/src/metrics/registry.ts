import type { SourceKind } from '../api/metricSource.ts'
import type { Provider } from './provider.ts'
import { cloudMonitoring } from './providers/cloudMonitoring.ts'
import { cloudWatch } from './providers/cloudWatch.ts'
import { datadog } from './providers/datadog.ts'
import { dynatrace } from './providers/dynatrace.ts'
import { graphite } from './providers/graphite.ts'
import { influxdb } from './providers/influxdb.ts'
import { newRelic } from './providers/newRelic.ts'
import { prometheus } from './providers/prometheus.ts'
import { web } from './providers/web.ts'

/** Every kind of source that can be asked. */
const providers: { readonly [K in SourceKind]: Provider<K> } = {
  prometheus,
  web,
  datadog,
  cloudWatch,
  newRelic,
  graphite,
  influxdb,
  dynatrace,
  cloudMonitoring,
}

/** The provider of that kind. */
export function providerOf<K extends SourceKind>(kind: K): Provider<K> {
  return providers[kind]
}
