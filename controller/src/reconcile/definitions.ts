import { crdGap, crdGapMessage } from '../api/crdGaps.ts'
import { kinds } from '../api/kinds.ts'
import { group } from '../api/rollout.ts'
import { type Clock, sleep } from '../clock.ts'
import { KubeError } from '../kube/errors.ts'
import type { Log } from '../kube/log.ts'
import type { KubeClient } from '../kube/types.ts'

export interface Definitions {
  /** Resolves when every kind of ours is defined as this version needs it, or when that cannot be known; never, if we are stopped before. */
  good: Promise<void>
  /** What the cluster's definitions lack and what to do about it; undefined: nothing. */
  lacking(): string | undefined
}

const lookAgainMs = 10_000
const askAgainMs = 1_000

/**
 * Compares the cluster's CustomResourceDefinitions of our kinds with those that this version was built with, until they are good: an older one
 * prunes fields of a status that we rely on, so nothing may be written before.
 */
export function lookAtDefinitions({
  client,
  clock,
  log,
  signal,
}: {
  client: KubeClient
  clock: Clock
  log: Log
  signal: AbortSignal
}): Definitions {
  let lacking: string | undefined = 'the CustomResourceDefinitions were not looked at yet'
  const look = async (): Promise<string | undefined> => {
    const served = await Promise.all(kinds.map(({ plural }) => client.get({ ...definition, name: `${plural}.${group}` })))
    const gaps = kinds.flatMap((kind, at) => crdGap(kind, served[at]) ?? [])
    return gaps.length === 0 ? undefined : crdGapMessage(gaps)
  }
  const untilGood = async (): Promise<boolean> => {
    for (let told: string | undefined; !signal.aborted; ) {
      let pauseMs = lookAgainMs
      try {
        lacking = await look()
        if (lacking === undefined) return true
        if (lacking !== told) log.error({}, lacking)
        told = lacking
      } catch (error) {
        // Whoever gave us no right to look vouches for the definitions: what an older one prunes would show as work done again and again.
        if (error instanceof KubeError && error.forbidden) {
          log.warn({ err: error }, 'may not look whether the CustomResourceDefinitions are of this version: taken as good')
          lacking = undefined
          return true
        }
        if (!signal.aborted) log.warn({ err: error }, 'could not look at the CustomResourceDefinitions')
        pauseMs = askAgainMs
      }
      await sleep(clock, pauseMs, signal)
    }
    return false
  }
  const good = Promise.withResolvers<void>()
  void untilGood().then((found) => {
    if (found) good.resolve()
  })
  return { good: good.promise, lacking: () => lacking }
}

const definition = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' }
