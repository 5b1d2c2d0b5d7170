import type { Source } from './documents.ts'
import type { Reading } from './reading.ts'

export const peers = ['argo', 'flagger', 'kruise', 'kayenta'] as const
export type Peer = (typeof peers)[number]

/** An object of the result. */
export interface KubeObject {
  apiVersion: string
  kind: string
  metadata: { name: string; namespace?: string; labels?: Record<string, string>; annotations?: Record<string, string> }
  [field: string]: unknown
}

/** What a converter may know besides its source. */
export interface Context {
  /** All objects of the input. */
  readonly sources: readonly Source[]
  /** The object of that kind and name, where there is exactly one for that namespace. */
  find(kind: string, name: string, namespace: string | undefined): Source | undefined
  /** An object that several sources may need, like a MetricSource: made once for the same content. Gives the name it got, which may have a number appended. */
  share(object: KubeObject): string
}

/** How one foreign kind is converted. */
export interface Converter {
  readonly peer: Peer
  /** The foreign kind, for people: `Rollout of argoproj.io`. */
  readonly kind: string
  accepts(source: Source): boolean
  /** The objects that stand for the source. What of it has no counterpart is noted on the reading. */
  convert(reading: Reading, context: Context, source: Source): KubeObject[]
}

/** Accepts objects of a kind, in any version of a group. */
export function ofKind(group: string, kind: string): (source: Source) => boolean {
  return (source) => source.kind === kind && source.apiVersion.startsWith(`${group}/`)
}
