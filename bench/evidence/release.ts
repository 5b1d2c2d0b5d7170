import { milliseconds } from '../../controller/src/api/fields.ts'
import type { Json } from '../../test/cluster/apiClient.ts'
import { analysisOf, sourceObject } from '../../test/dsl/evidence.ts'
import { imageOf } from '../../test/dsl/objects.ts'
import { canaryShareOf, rolloutOf } from '../../test/dsl/sight.ts'
import { whenOn } from '../../test/dsl/when.ts'
import type { World } from '../../test/dsl/world.ts'
import { type Chance, type ReleaseKind, usualErrors } from './kinds.ts'

/** What became of one release. */
export interface Release {
  readonly kind: ReleaseKind['name']
  /** Counted from 1 within its kind. */
  readonly number: number
  /** Of its run. Undecided: nothing was decided before the deadline. Broken: the cluster or the controller did what must never be. */
  readonly result: 'Promoted' | 'RolledBack' | 'Superseded' | 'Aborted' | 'Undecided' | 'Broken'
  readonly because: string
  /** From the changed template until the old version has all the traffic again, or the run is over. */
  readonly minutes: number
  /** Of callers at the gateway, answered by the new version. */
  readonly requests: number
  /** Those of them answered with 500 or more. */
  readonly bad: number
  /** Beyond those that the old version would have answered so. */
  readonly excess: number
  /** Requests of anybody that no pod answered. */
  readonly lost: number
  /** Whether the incident began before the run was over. */
  readonly hit?: boolean
  /** From the instant at which the deciding interval was due (over, with the lag of the source) until the route gave the new version weight 0. */
  readonly millisecondsToZero?: number
}

/** After the deadline of an hour nothing is decided any more. */
const patienceMs = 75 * 60_000
const lagMs = milliseconds(sourceObject().spec.lag)

/** Changes the image, and follows the run until it is over. Throws what the invariants and the API of the world throw. */
export async function release(world: World, kind: ReleaseKind, number: number, { incident }: Chance): Promise<Release> {
  const { cluster, api } = world
  const version = `${kind.tag}-${number}`
  const began = cluster.clock.now()
  const lostBefore = lostOf(world)
  let zeroAt: number | undefined
  const unfollow = await cluster.follow(world.namespace, ({ object }) => {
    if (object.kind !== 'HTTPRoute') return
    if (canaryShareOf(object) > 0) zeroAt = undefined
    else zeroAt ??= cluster.clock.now()
  })
  let began500s: number | undefined
  let over: (() => void) | undefined
  const timers = incident
    ? [
        cluster.clock.after(incident.after, () => {
          began500s = cluster.clock.now()
          over = cluster.inside?.traffic.incident(incident)
        }),
        cluster.clock.after(incident.after + incident.length, () => over?.()),
      ]
    : []
  try {
    await whenOn(world).imageBecomes(version)
    const ended = await runOf(world, version, began + patienceMs)
    if (!ended) await whenOn(world).asks('abort', { name: `give-up-${version}` })
    const last = ended ?? (await runOf(world, version, cluster.clock.now() + patienceMs))
    if (!last) throw new Error('its run goes on although it was aborted')
    const rolledBack = last.result === 'RolledBack'
    const analysis = rolledBack ? await analysisOf(world, last.analysis) : undefined
    const endedAt = rolledBack && zeroAt !== undefined ? zeroAt : Date.parse(last.endedAt)
    const through = analysis?.status?.phase === 'Fail' ? Date.parse(analysis.status.through) : undefined
    return {
      kind: kind.name,
      number,
      result: ended ? last.result : 'Undecided',
      because: ended ? last.because : ((await api.get('AnalysisRun', last.analysis))?.status?.message ?? ''),
      minutes: (endedAt - began) / 60_000,
      ...answersOf(world, version),
      lost: lostOf(world) - lostBefore,
      ...(incident ? { hit: began500s !== undefined && began500s < endedAt } : {}),
      ...(through === undefined || zeroAt === undefined ? {} : { millisecondsToZero: zeroAt - (through + lagMs) }),
    }
  } finally {
    for (const cancel of timers) cancel()
    over?.()
    await unfollow()
  }
}

/** The history's entry of the run to that version, once it is there; undefined when it is not by then. */
async function runOf(world: World, version: string, until: number): Promise<Json> {
  for (;;) {
    const { status } = (await rolloutOf(world)) ?? {}
    const newest = status?.history?.[0]
    if (!status?.run && newest?.to?.images?.[0] === imageOf(version)) return newest
    if (world.cluster.clock.now() >= until) return undefined
    await world.cluster.pass(1_000)
    world.invariants.check()
  }
}

function answersOf({ cluster }: World, version: string): Pick<Release, 'requests' | 'bad' | 'excess'> {
  const own = (cluster.inside?.load.counts() ?? []).filter((count) => count.client === 'gateway' && count.version === version)
  const sum = (counts: typeof own) => counts.reduce((total, { count }) => total + count, 0)
  const requests = sum(own)
  const ofItsOwn = sum(own.filter(({ cause }) => cause === 'versionError'))
  return { requests, bad: sum(own.filter(({ code }) => code >= 500)), excess: ofItsOwn - usualErrors * requests }
}

function lostOf({ cluster }: World): number {
  return (cluster.inside?.load.counts() ?? [])
    .filter(({ cause }) => cause !== undefined && cause !== 'versionError' && cause !== 'incident')
    .reduce((total, { count }) => total + count, 0)
}
