import type { Clock } from '../../clock.ts'
import type { Bench } from '../../evidence/bench.ts'
import type { Log } from '../../kube/log.ts'
import type { KubeClient, KubeObject } from '../../kube/types.ts'
import type { Secrets } from '../../metrics/secrets.ts'
import type { Sources } from '../../metrics/sources.ts'
import type { SourceTransport } from '../../metrics/transport.ts'
import type { AnalysisObject } from '../../rollout/observed.ts'
import type { Caches } from '../caches.ts'
import type { Turns } from './turns.ts'

/** A webhook: `problem` is why the last try gave no answer. */
export interface Call {
  state: 'asking' | 'answered' | 'due'
  value?: number
  said?: string
  problem?: string
}

/** What is kept of an analysis between two looks. Made again from its status whenever it is not there. */
export interface Memory {
  uid: string
  bench: Bench
  learned: readonly string[] | undefined
  /** How often it was tried to learn. */
  tries: number
  /** Webhooks under way and their answers, by metric. */
  calls: Map<string, Call>
  /** Consecutive looks at which a source was down. */
  downs: number
}

export interface AnalysisWorld {
  client: KubeClient
  caches: Caches
  clock: Clock
  log: Log
  sources: Sources
  secrets: Secrets
  transport: SourceTransport
  memories: Map<string, Memory>
  /** Learning of the past is work for the processor: more at a time would only hold each other up. */
  turns: Turns
  /** Told how many seconds after it was due an interval was judged. */
  judged?: (seconds: number) => void
  /** Has an analysis looked at again soon. */
  wake(key: string): void
}

/** The Rollout that an analysis is made for, as it is known now. */
export function rolloutOf({ spec, metadata }: AnalysisObject, { rollouts }: Caches): KubeObject | undefined {
  return spec.for && rollouts.get({ namespace: metadata.namespace, name: spec.for.rollout })
}
