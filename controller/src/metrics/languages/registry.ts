import type { LanguageName } from '../template.ts'
import { cloudWatch } from './cloudWatch.ts'
import { datadog } from './datadog.ts'
import { dynatrace } from './dynatrace.ts'
import { flux } from './flux.ts'
import { graphite } from './graphite.ts'
import { influxql } from './influxql.ts'
import type { Language } from './language.ts'
import { monitoring } from './monitoring.ts'
import { none } from './none.ts'
import { nrql } from './nrql.ts'
import { promql } from './promql.ts'

export const languages: Readonly<Record<LanguageName, Language>> = {
  promql,
  datadog,
  nrql,
  graphite,
  flux,
  influxql,
  dynatrace,
  cloudwatch: cloudWatch,
  monitoring,
  none,
}
