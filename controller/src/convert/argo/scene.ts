import type { TemplateArg } from '../../api/analysisTemplate.ts'
import type { SourceRef } from '../../api/metric.ts'
import type { MetricSourceSpecInput } from '../../api/metricSource.ts'
import { apiVersion } from '../../api/rollout.ts'
import type { SecretKeyRef } from '../../api/secretRef.ts'
import type { Context, KubeObject } from '../converter.ts'
import { objectName } from '../names.ts'
import { refusal } from '../refusal.ts'

/** What the metrics of one template have in common. */
export interface Scene {
  /** Cluster-wide templates have cluster-wide sources. */
  readonly cluster: boolean
  readonly namespace: string | undefined
  /** Arguments that are converted, by their new names. */
  readonly args: readonly Arg[]
  /** Arguments that every Rollout fills with the hash of a version, by their old names. */
  readonly hashes: ReadonlyMap<string, 'Latest' | 'Stable'>
  readonly share: Context['share']
}

export type Arg = Pick<TemplateArg, 'name' | 'value' | 'valueFrom'>

/** Something has no counterpart; the message says what, `doInstead` what to write. */
export class Unconvertible extends Error {
  readonly doInstead: string
  constructor(message: string, doInstead: string) {
    super(message)
    this.doInstead = doInstead
  }
}

const placeholder = /\{\{\s*args\.([^\s{}]+)\s*\}\}/g

/** A name that an argument of Serin may have. */
export function argName(name: string): string {
  return name.replace(/[^-_a-zA-Z0-9]/g, '-').slice(0, 63)
}

/** A text in which placeholders may stay: a query, a body, a command. Throws Unconvertible for the hash of the old version. */
export function filledText(text: string, { hashes }: Scene): string {
  return text.replace(placeholder, (_, name: string) => {
    const hash = hashes.get(name)
    if (hash === 'Latest') return '{{arm.hash}}'
    if (hash === undefined) return `{{args.${argName(name)}}}`
    throw new Unconvertible(
      `{{args.${name}}} is the hash of the stable version, and a threshold looks at the new version only`,
      'write a comparing metric (ratio, histogram, gauge): it asks for both versions by itself',
    )
  })
}

/** A text in which no placeholder may stay, with the arguments' default values. Throws Unconvertible for an argument without one. */
export function literalText(text: string, { args }: Scene): string {
  return text.replace(placeholder, (_, name: string) => {
    const value = args.find((arg) => arg.name === argName(name))?.value
    if (value !== undefined) return value
    throw new Unconvertible(`{{args.${name}}} stands where Serin takes no argument, and has no default value`, 'write its value there')
  })
}

/** The Secret behind a text that is one argument and nothing else, but for what stands before. */
export function secretIn(text: string, before: string, { args }: Scene): SecretKeyRef | undefined {
  if (!text.startsWith(before)) return undefined
  const name = /^\{\{\s*args\.([^\s{}]+)\s*\}\}$/.exec(text.slice(before.length).trim())?.[1]
  return name === undefined ? undefined : args.find((arg) => arg.name === argName(name))?.valueFrom?.secretKeyRef
}

/** A source with that content, made once for all metrics that need it. Throws Unconvertible when the API server would refuse it. */
export function sourceFor(scene: Scene, name: string, spec: MetricSourceSpecInput): () => SourceRef {
  const { cluster, namespace } = scene
  const object: KubeObject = {
    apiVersion,
    kind: cluster ? 'ClusterMetricSource' : 'MetricSource',
    metadata: { name: objectName(name), ...(cluster || namespace === undefined ? {} : { namespace }) },
    spec,
  }
  const refused = refusal(object)
  if (refused !== undefined) throw new Unconvertible(`the source cannot be made: ${refused}`, 'write a MetricSource and the metric by hand')
  return () => ({ name: scene.share(object), scope: cluster ? 'Cluster' : 'Namespace' })
}

/** A source that somebody has to write, because what it needs is not in the input. */
export function sourceToWrite(scene: Scene, name: string): () => SourceRef {
  return () => ({ name, scope: scene.cluster ? 'Cluster' : 'Namespace' })
}
