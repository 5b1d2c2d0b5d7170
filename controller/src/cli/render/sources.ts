import { MetricSourceStatus, sourceKinds } from '../../api/metricSource.ts'
import type { Instant } from '../../clock.ts'
import type { KubeObject } from '../../kube/types.ts'
import type { Look } from '../io.ts'
import { plainTexts } from '../plainTexts.ts'
import { clip, type Tone } from './paint.ts'
import { type Cell, table } from './table.ts'
import { age } from './time.ts'

const tones: Readonly<Record<MetricSourceStatus['state'], Tone>> = { Ready: 'good', Unused: 'dim', Failing: 'held', Down: 'bad' }

/** One row a source: where it is, what it is, and how it does since when. */
export function sourcesView(look: Look, sources: readonly KubeObject[], now: Instant): string[] {
  const rows = sources.map(({ kind, metadata, spec, status }): Cell[] => {
    const read = MetricSourceStatus.safeParse(status)
    const { state, message, since } = read.success
      ? plainTexts(read.data)
      : { state: 'Unused' as const, message: 'no analysis has asked it yet', since: '' }
    return [
      kind === 'MetricSource' ? (metadata.namespace ?? '') : '(cluster)',
      metadata.name,
      sourceKinds.find((one) => Object.hasOwn((spec ?? {}) as object, one)) ?? '?',
      { text: state, tone: tones[state] },
      age(since, now),
      message,
    ]
  })
  return table(look, ['NAMESPACE', 'NAME', 'KIND', 'STATE', 'SINCE', 'MESSAGE'], rows).map((line) => clip(look, line))
}
