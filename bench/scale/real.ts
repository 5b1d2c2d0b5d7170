import { setTimeout as sleep } from 'node:timers/promises'
import { quantileSorted } from 'simple-statistics'
import type { ApiClient } from '../../test/cluster/apiClient.ts'
import { addRollouts, inParallel, makeDeployments, type Plane, setImage, startPlane, until } from '../control/plane.ts'
import { difference, type Measured, requestsIn, writes } from '../control/process.ts'
import { idealSeconds, pausesOf, phaseIs, releaseAll } from '../control/releases.ts'
import type { Program } from './controller.ts'
import { byResource, type Figures, restFigures, round, stormFigures } from './figures.ts'
import { restarted } from './restart.ts'
import { servedWrites } from './servedWrites.ts'
import { spanOf } from './span.ts'

export interface RealSizes {
  rollouts: number
  /** The smaller storm. */
  storm: number
  /** Releases under way when the leader goes. */
  failover: number
  idleSeconds: number
}

/** On etcd, kube-apiserver and kube-controller-manager, with pods pretended: rest, restart, one release, fail-over, storms. */
export async function real(program: Program, sizes: RealSizes, say: (line: string) => void): Promise<Record<string, Figures>> {
  await using all = new AsyncDisposableStack()
  const plane = all.adopt(await startPlane(), (one) => one.stop())
  const { client } = plane
  say(`making ${sizes.rollouts} Deployments`)
  await makeDeployments(client, sizes.rollouts, 2)
  say('Kubernetes alone releases them all at once')
  const alone = await rollingUpdates(client, sizes.rollouts)
  const file = plane.control.kubeconfigFor('serin')
  const first = await program.start(file)
  await first.ready()
  say(`${alone.wallSeconds} s; making ${sizes.rollouts} rollouts`)
  const making = await spanOf(first, () => addRollouts(client, sizes.rollouts))
  await sleep(5000)
  const rssAfterMaking = first.rss().now
  await first.end('SIGTERM')

  say(`made in ${Math.round(making.seconds)} s; a new controller starts`)
  const { controller, figures: restart } = await restarted(program, file, sizes.rollouts)
  say(`${restart.secondsUntilAllLookedAt} s until all were looked at; at rest for ${sizes.idleSeconds} s`)
  const rest = await spanOf(controller, () => sleep(sizes.idleSeconds * 1000))
  const idle: Figures = {
    rollouts: sizes.rollouts,
    writesToTakeOneIn: round(writes(making.requests) / sizes.rollouts),
    rssMiBAfterMaking: rssAfterMaking,
    rssMiB: controller.rss().now,
    ...restFigures(rest),
  }

  let version = 1
  const storm = async (count: number): Promise<Figures> => {
    version++
    let made = { wall: Number.NaN, each: [] as number[] }
    const {
      result: span,
      served,
      sum,
    } = await servedDuring(client, count, () =>
      spanOf(controller, async () => {
        made = await releaseAll(client, count, `demo:v${version}`)
        await sleep(3000)
      }),
    )
    return {
      ...stormFigures(span, made, idealSeconds[2]),
      writesWithNativeOnesARelease: sum,
      servedWritesARelease: served,
      peakRssMiB: controller.rss().peak,
    }
  }
  say('one release alone')
  const single = await storm(1)
  single.longestDeviationOfAPauseMs = Math.round(Math.max(...(await pausesOf(client, 0)).map((ms) => Math.abs(ms - 5000))))
  say(`${sizes.storm} releases at once`)
  const small = await storm(sizes.storm)
  say(`${small.timesIdeal} times the ideal; ${sizes.rollouts} releases at once`)
  const large = await storm(sizes.rollouts)
  say(`${large.timesIdeal} times the ideal; fail-over`)
  const failover = await failovers(program, { plane, file, leader: controller, releases: sizes.failover, version })
  return {
    'rolling updates': alone,
    idle,
    restart,
    single,
    [`storm of ${sizes.storm}`]: small,
    [`storm of ${sizes.rollouts}`]: large,
    failover,
  }
}

/** What the same machine takes when Kubernetes rolls all Deployments by itself, with no Rollout and no controller of ours: the floor of a storm. */
async function rollingUpdates(client: ApiClient, count: number): Promise<Figures> {
  await until(client, count, ({ status }) => status?.availableReplicas === 2, 600_000, 'Deployment')
  const { result, served, sum } = await servedDuring(client, count, async () => {
    const made = await releaseAll(client, count, 'demo:v0', 'Deployment')
    await sleep(3000)
    return made
  })
  return {
    releases: count,
    wallSeconds: round(result.wall),
    p50Seconds: round(quantileSorted(result.each, 0.5)),
    writesOfNativeOnesARelease: sum,
    servedWritesARelease: served,
  }
}

/** What the API server wrote a release meanwhile; the sum is without the change of its template, which is the bench's own. */
async function servedDuring<T>(client: ApiClient, releases: number, work: () => Promise<T>) {
  const before = await servedWrites(client)
  const result = await work()
  const served = byResource(difference(await servedWrites(client), before), releases)
  return { result, served, sum: round(Object.values(served).reduce((total, writes) => total + writes, 0) - 1) }
}

interface Leading {
  plane: Plane
  file: string
  leader: Measured
  releases: number
  version: number
}

/** The leader ends in the midst of releases; how long until the next one writes. First killed, then asked to go. */
async function failovers(program: Program, { plane: { client }, file, leader, releases, version }: Leading): Promise<Figures> {
  const figures: Figures = { releasesUnderWay: releases }
  let leads = leader
  let last = version
  for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
    const standby = await program.start(file)
    await standby.ready()
    last++
    const finished = until(client, releases, phaseIs(`demo:v${last}`), 300_000)
    await inParallel(releases, 50, async (n) => void (await setImage(client, n, `demo:v${last}`)))
    await underWay(client, releases, last)
    const began = Date.now()
    const ended = leads.end(signal).then(() => Date.now())
    const wrote = await firstWrite(standby)
    figures[`${signal}: seconds until the next one writes`] = round((wrote - began) / 1000)
    figures[`${signal}: seconds until the old one is gone`] = round(((await ended) - began) / 1000)
    await finished
    leads = standby
  }
  await leads.end('SIGTERM')
  return figures
}

/** Waits until every release has begun: from then on some step is due at any moment. */
const underWay = (client: ApiClient, releases: number, version: number) =>
  until(client, releases, ({ status }) => status?.run?.to?.images?.[0] === `demo:v${version}`, 60_000)

/** When a controller first wrote anything but its lease, as near as 20 ms. */
async function firstWrite(controller: Measured): Promise<number> {
  while (writes(requestsIn(await controller.metrics())) === 0) await sleep(20)
  return Date.now()
}
