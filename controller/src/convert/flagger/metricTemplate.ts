import type { MetricSourceSpecInput } from '../../api/metricSource.ts'
import { apiVersion } from '../../api/rollout.ts'
import { type Context, type Converter, type KubeObject, ofKind } from '../converter.ts'
import type { Source } from '../documents.ts'
import { metadataOf } from '../metadata.ts'
import { someEntry } from './entries.ts'
import { sourceOf } from './sources.ts'

/** Its provider becomes a MetricSource wherever a Canary uses it; its query stands in the AnalysisTemplates of those, beside their limits. */
export const metricTemplate: Converter = {
  peer: 'flagger',
  kind: 'MetricTemplate of flagger.app',
  accepts: ofKind('flagger.app', 'MetricTemplate'),
  convert(reading, context, source) {
    const metadata = metadataOf(reading)
    if (!metadata) return []
    const spec = sourceOf(reading.at('spec', 'provider'), context, source.namespace)
    const query = reading.at('spec', 'query')
    if (context.sources.some((one) => usedBy(one, source))) {
      query.text()
      return []
    }
    query.todo('no Canary among the files uses it, so its limits are not known', 'convert it together with the Canaries that use it')
    if (spec) context.share(metricSource(metadata.namespace, spec))
    return []
  },
}

/** Named after its kind, so that templates with the same provider share one. */
export function metricSource(namespace: string | undefined, spec: MetricSourceSpecInput): KubeObject {
  const name = Object.keys(spec)[0]?.toLowerCase() ?? 'source'
  return { apiVersion, kind: 'MetricSource', metadata: { name, ...(namespace ? { namespace } : {}) }, spec }
}

/** The MetricTemplate that a Canary names, as context.find finds it. */
export function templateOf(name: string, namespace: string | undefined, context: Context): Source | undefined {
  const found = context.find('MetricTemplate', name, namespace)
  return found && metricTemplate.accepts(found) ? found : undefined
}

function usedBy(canary: Source, template: Source): boolean {
  return someEntry(canary, 'metrics', (metric) => {
    const ref = metric.at('templateRef')
    const namespace = ref.at('namespace').text() ?? canary.namespace
    const here = namespace === undefined || template.namespace === undefined || namespace === template.namespace
    return ref.at('name').value === template.name && here
  })
}
