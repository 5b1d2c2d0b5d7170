import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { commandObject } from '../../controller/src/api/commandObject.ts'
import type { Obj } from '../../sandbox/src/types.ts'
import { placeOf } from '../control/plane.ts'
import type { Town } from './town.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** What is looked at every half hour, when nothing is under way. */
export interface Sample {
  hours: number
  /** Data in use, after a forced collection. */
  heapMiB: number
  /** What the engine makes of the program's own code, which it goes on optimizing for days. */
  codeMiB: number
  externalMiB: number
  rssMiB: number
  /** What the cluster holds, and how long that is in JSON. */
  objects: number
  objectsMiB: number
  /** Since the sample before. */
  releases: number
  requests: number
  realSeconds: number
}

export type Ends = Record<'Promoted' | 'RolledBack' | 'other', number>

const halfHourMs = 1_800_000
/** Releases begin within this much of each half hour; the rest of it is for the last of them to end. */
const busyMs = 1_320_000
const abortAfterMs = 10_000
/** How long Events stay, as in a cluster; commands that were answered stay no longer here. */
const keptMs = 3_600_000
const mib = (bytes: number) => bytes / 2 ** 20

/**
 * Lets so many hours go by. Every Rollout is released once in `cycleHours`, one after another: of ten releases one cannot become ready, two are
 * aborted by a command, and the others are good.
 */
export async function passDay(
  town: Town,
  { rollouts, hours, cycleHours }: { rollouts: number; hours: number; cycleHours: number },
  seen: (sample: Sample) => void,
): Promise<Sample[]> {
  const { clock, sandbox } = town
  const began = clock.now()
  const samples = [await sampleOf(town, 0)]
  const perHalfHour = rollouts / (2 * cycleHours)
  let released = 0
  for (let half = 1; half <= 2 * hours; half++) {
    const [requests, real, until] = [town.requests(), performance.now(), Math.round(half * perHalfHour)]
    const count = until - released
    for (let at = 0; at < count; at++) {
      release(town, released % rollouts, Math.floor(released / rollouts))
      released++
      await clock.advance(busyMs / count)
    }
    await clock.advance(began + half * halfHourMs - clock.now())
    clear(town)
    const sample = {
      ...(await sampleOf(town, half / 2)),
      releases: count,
      requests: town.requests() - requests,
      realSeconds: (performance.now() - real) / 1000,
    }
    samples.push(sample)
    seen(sample)
  }
  const moving = sandbox.api.list('serin.dev/v1alpha1', 'Rollout').filter(({ status }) => status?.run)
  if (moving.length > 0) throw new Error(`${moving.length} releases are still under way at the end: ${moving[0]?.status.message}`)
  return samples
}

/** How the runs ended that the histories still hold. */
export function endsIn({ sandbox }: Town): Ends {
  const ends: Ends = { Promoted: 0, RolledBack: 0, other: 0 }
  for (const { status } of sandbox.api.list('serin.dev/v1alpha1', 'Rollout'))
    for (const { result } of (status?.history ?? []) as { result: string }[])
      ends[result === 'Promoted' || result === 'RolledBack' ? result : 'other']++
  return ends
}

function release({ clock, sandbox: { api } }: Town, n: number, round: number): void {
  const chance = (n + 3 * round) % 10
  const place = placeOf(n)
  const image = `demo:${chance === 0 ? 'bad' : 'v'}${round + 1}`
  const ref = { apiVersion: 'apps/v1', kind: 'Deployment', ...place }
  api.patch(ref, { type: 'strategic', body: { spec: { template: { spec: { containers: [{ name: 'app', image }] } } } } })
  if (chance === 1 || chance === 2)
    clock.after(
      abortAfterMs,
      () => void api.create(commandObject(place, 'abort', { as: `${place.name}-${round}` }) as unknown as Partial<Obj>),
    )
}

/** What a cluster forgets by itself: Events after an hour, and of its history all but what watches still need. */
function clear({ clock, sandbox: { api, server } }: Town): void {
  const old = (time: unknown) => clock.now() - Date.parse(String(time)) >= keptMs
  const remove = (objects: readonly Obj[]) => {
    for (const { apiVersion, kind, metadata } of objects)
      api.delete({ apiVersion, kind, namespace: metadata.namespace, name: metadata.name })
  }
  remove(api.list('events.k8s.io/v1', 'Event').filter(({ metadata }) => old(metadata.creationTimestamp)))
  remove(api.list('serin.dev/v1alpha1', 'RolloutCommand').filter(({ status }) => status?.at && old(status.at)))
  server.expireHistory()
}

const codeSpaces = /^(code|trusted)/

async function sampleOf({ sandbox: { server, api } }: Town, hours: number): Promise<Sample> {
  const bytesOf = new Map<string, number>()
  for (const { group, version, kind } of server.kinds().filter(({ kind }) => !kind.endsWith('Review')))
    for (const object of api.list(group ? `${group}/${version}` : version, kind))
      bytesOf.set(object.metadata.uid, JSON.stringify(object).length)
  const objects = bytesOf.size
  const bytes = [...bytesOf.values()].reduce((sum, one) => sum + one, 0)
  bytesOf.clear()
  for (let time = 0; time < 3; time++) {
    await new Promise((resolve) => setImmediate(resolve))
    collect()
  }
  const { external, rss } = process.memoryUsage()
  const spaces = getHeapSpaceStatistics()
  const usedIn = (isCode: boolean) =>
    spaces.reduce((sum, { space_name, space_used_size }) => sum + (codeSpaces.test(space_name) === isCode ? space_used_size : 0), 0)
  return {
    hours,
    heapMiB: mib(usedIn(false)),
    codeMiB: mib(usedIn(true)),
    externalMiB: mib(external),
    rssMiB: mib(rss),
    objects,
    objectsMiB: mib(bytes),
    releases: 0,
    requests: 0,
    realSeconds: 0,
  }
}
