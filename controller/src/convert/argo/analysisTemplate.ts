import type { MetricInput } from '../../api/metric.ts'
import { apiVersion } from '../../api/rollout.ts'
import { isObject } from '../../traffic/patch.ts'
import { type Context, type Converter, type KubeObject, ofKind } from '../converter.ts'
import type { Source } from '../documents.ts'
import { metadataOf } from '../metadata.ts'
import { objectName } from '../names.ts'
import type { Reading } from '../reading.ts'
import { templateRefs } from './analysisUse.ts'
import { metricsOf } from './metric.ts'
import { type Arg, argName, type Scene } from './scene.ts'

const templates = (kind: 'AnalysisTemplate' | 'ClusterAnalysisTemplate'): Converter => ({
  peer: 'argo',
  kind: `${kind} of argoproj.io`,
  accepts: ofKind('argoproj.io', kind),
  convert(reading, context, source) {
    const metadata = metadataOf(reading)
    if (!metadata) return []
    const cluster = kind === 'ClusterAnalysisTemplate'
    if (cluster) delete metadata.namespace
    return templateOf(reading, context, source, { kind, metadata })
  },
})

export const analysisTemplate = templates('AnalysisTemplate')
export const clusterAnalysisTemplate = templates('ClusterAnalysisTemplate')

/** A run by itself measures what a template measures; when is said on the command line. */
export const analysisRun: Converter = {
  peer: 'argo',
  kind: 'AnalysisRun of argoproj.io',
  accepts: ofKind('argoproj.io', 'AnalysisRun'),
  convert(reading, context, source) {
    const metadata = reading.at('metadata')
    const named = metadata.at('name').text() ?? metadata.at('generateName').text()
    if (!named) {
      reading.say({ severity: 'lost', what: 'it has no metadata.name', doInstead: 'give it one' })
      return []
    }
    const name = objectName(named)
    const namespace = metadata.at('namespace').text()
    metadata.at('labels').changed('its labels are not kept')
    const what = `an AnalysisRun becomes the AnalysisTemplate ${name}`
    reading.say({ severity: 'changed', what, doInstead: `start it by \`serin analyze --template ${name} --rollout …\`` })
    reading.at('spec', 'terminate').changed('terminate', 'delete the AnalysisRun of Serin to end it')
    reading.at('spec', 'ttlStrategy').lost('ttlStrategy', 'delete AnalysisRuns when they are no longer wanted')
    return templateOf(reading, context, source, { kind: 'AnalysisTemplate', metadata: { name, ...(namespace ? { namespace } : {}) } })
  },
}

function templateOf(
  reading: Reading,
  context: Context,
  source: Source,
  { kind, metadata }: Pick<KubeObject, 'kind' | 'metadata'>,
): KubeObject[] {
  const spec = reading.at('spec')
  const cluster = kind === 'ClusterAnalysisTemplate'
  const hashes = hashArgs(context, source)
  const args = argsOf(spec.at('args'), hashes)
  const scene: Scene = { cluster, namespace: metadata.namespace, args, hashes, share: context.share }
  const dry = dryRun(spec.at('dryRun'))
  spec.at('measurementRetention').changed('Serin keeps all that was judged with its run')
  const taken = new Set<string>()
  const metrics = spec
    .at('metrics')
    .items()
    .flatMap((metric): MetricInput[] => metricsOf(metric, scene, dry, taken))
  const nested = templateRefs(spec.at('templates'))
  if (metrics.length === 0 && nested.length === 0) {
    reading.say({
      severity: 'lost',
      what: `${kind} ${metadata.name} has no metric left`,
      doInstead: 'write one, and name it in the Rollout',
    })
    return []
  }
  const converted = {
    ...(args.length > 0 ? { args } : {}),
    ...(metrics.length > 0 ? { metrics } : {}),
    ...(nested.length > 0 ? { templates: nested } : {}),
  }
  return [{ apiVersion, kind, metadata, spec: converted }]
}

function argsOf(reading: Reading, hashes: Scene['hashes']): Arg[] {
  const seen = new Set<string>()
  return reading.items().flatMap((arg): Arg[] => {
    const written = arg.at('name').text() ?? ''
    if (hashes.get(written) === 'Latest') {
      arg.changed(`argument ${written}: the Rollouts give it the hash of the new version, which is {{arm.hash}} in queries`)
      return []
    }
    const name = argName(written)
    if (!/^[a-zA-Z]([-_a-zA-Z0-9]*[a-zA-Z0-9])?$/.test(name) || seen.has(name)) return []
    seen.add(name)
    if (name !== written) arg.say({ severity: 'changed', what: `argument ${written} is called ${name}`, doInstead: '' })
    const value = arg.at('value').scalar()
    if (value !== undefined && (value.length > 1024 || /\{\{|\p{Cc}/u.test(value))) {
      arg.at('value').lost('the value is too long, has a line break or a placeholder', 'write its value into the query')
      return [{ name }]
    }
    const secret = arg.at('valueFrom', 'secretKeyRef')
    const [secretName, key] = [secret.at('name').text(), secret.at('key').text()]
    if (secretName !== undefined && key !== undefined) return [{ name, valueFrom: { secretKeyRef: { name: secretName, key } } }]
    const path = fieldOf(arg.at('valueFrom', 'fieldRef', 'fieldPath'))
    if (path !== undefined) return [{ name, valueFrom: { fieldRef: { path } } }]
    return [{ name, ...(value === undefined ? {} : { value }) }]
  })
}

type FieldPath = NonNullable<NonNullable<NonNullable<Arg['valueFrom']>['fieldRef']>['path']>
const fields: Readonly<Record<string, FieldPath>> = {
  'metadata.name': 'metadata.name',
  'metadata.namespace': 'metadata.namespace',
  'spec.workloadRef.name': 'spec.workload.name',
  'spec.strategy.canary.stableService': 'spec.service',
  'spec.strategy.blueGreen.activeService': 'spec.service',
}

function fieldOf(reading: Reading): FieldPath | undefined {
  const path = reading.text()
  if (path === undefined) return undefined
  const known = Object.hasOwn(fields, path) ? fields[path] : undefined
  if (known === undefined) reading.lost(`the field ${path} cannot be an argument`, 'write its value in spec.analysis.args of the Rollout')
  return known
}

/** Whether a metric is only shown. Patterns are those of names with `.*`. */
function dryRun(reading: Reading): (name: string) => boolean {
  const patterns = reading.items().flatMap((one) => {
    const metric = one.at('metricName')
    const text = metric.text()
    if (text === undefined) return []
    if (/^[-\w .*^$]*$/.test(text) && !/(^|[^.])\*/.test(text)) return [new RegExp(text.replaceAll('.*.*', '.*'))]
    metric.lost(`dryRun: the pattern ${text} is not understood`, 'write dryRun: true into the metrics')
    return []
  })
  return (name) => patterns.some((pattern) => pattern.test(name))
}

/** Arguments that whoever uses the template fills with the hash of one and the same version. */
function hashArgs({ sources }: Context, { name, kind }: Source): Map<string, 'Latest' | 'Stable'> {
  const said = new Map<string, Set<string>>()
  const visit = (value: unknown) => {
    if (Array.isArray(value)) value.forEach(visit)
    if (!isObject(value)) return
    const { templates, templateName, args } = value
    const names = [
      templateName,
      ...(Array.isArray(templates) ? templates.map((one) => (isObject(one) ? one.templateName : undefined)) : []),
    ]
    if (names.includes(name) && Array.isArray(args)) for (const arg of args) note(arg)
    for (const child of Object.values(value)) visit(child)
  }
  const note = (arg: unknown) => {
    if (!isObject(arg) || typeof arg.name !== 'string') return
    const hash = isObject(arg.valueFrom) ? arg.valueFrom.podTemplateHashValue : undefined
    said.set(arg.name, new Set([...(said.get(arg.name) ?? []), hash === 'Latest' || hash === 'Stable' ? hash : 'other']))
  }
  if (kind !== 'AnalysisRun')
    for (const source of sources) if (source.kind === 'Rollout' || source.kind === 'Experiment') visit(source.value)
  return new Map(
    [...said].flatMap(([arg, values]): [string, 'Latest' | 'Stable'][] => {
      const [only] = values
      return values.size === 1 && (only === 'Latest' || only === 'Stable') ? [[arg, only]] : []
    }),
  )
}
