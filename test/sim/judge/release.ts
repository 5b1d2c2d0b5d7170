import { Stream } from '../../../bench/judge/random/philox.ts'
import type { AnalysisRunSpec, AnalysisRunStatus } from '../../../controller/src/api/analysisRun.ts'
import { departure, judgedAgain, recordText } from '../../../controller/src/cli/analyses/recordText.ts'
import { run } from '../../../controller/src/cli/program.ts'
import { terminal } from '../../../controller/src/cli/testing/terminal.ts'
import { unpacked } from '../../../controller/src/evidence/record.ts'
import { Storage } from '../../../sandbox/src/prometheus/storage.ts'
import type { Json } from '../../cluster/apiClient.ts'
import { embeddedCluster } from '../../dsl/embedded.ts'
import { analysisOf, shopWithAnalysis } from '../../dsl/evidence.ts'
import { givenOn } from '../../dsl/given.ts'
import { imageOf } from '../../dsl/objects.ts'
import { rolloutOf } from '../../dsl/sight.ts'
import { whenOn } from '../../dsl/when.ts'
import { type World as Stage, worldOn } from '../../dsl/world.ts'
import { type Fleet, fleet, type Served } from './fleet.ts'
import { between, type Moment, type Service } from './service.ts'
import { disturbedSource } from './source.ts'
import { type Traffic, watchedTraffic } from './traffic.ts'
import { serviceOf, type World } from './worlds.ts'

/** What became of one release. */
export interface Release extends Served {
  readonly world: string
  readonly seed: number
  /** Of its run. Undecided: nothing was decided before the deadline. Broken: the cluster or the controller did what must never be. */
  readonly result: 'Promoted' | 'RolledBack' | 'Superseded' | 'Aborted' | 'Undecided' | 'Broken'
  readonly because: string
  /** From the changed template until the old version has all the traffic again, or the run is over. */
  readonly minutes: number
  /** Weights that it reached, and those that it left for a greater one (100 for a promotion). Percent. */
  readonly left: readonly number[]
  readonly reached: readonly number[]
  /** Where its record judged again says something else than was decided; undefined when nowhere. */
  readonly departs?: string
}

/** How the harness is blunted, to see that it notices. */
export interface Mutant {
  /** What the Rollout says of its analysis besides. */
  readonly use?: Json
  readonly metrics?: readonly Json[]
  /** The truth as the source tells it. */
  readonly told?: (service: Service) => Service
}

const scrapeMs = 5_000
const historyStepMs = 15_000
const historyMs = 3_600_000
/** After the deadline of an hour nothing is decided any more. */
const patienceMs = 75 * 60_000
const lookMs = 5_000
const version = 'next'

/** Depends on its arguments alone. */
export async function release(world: World, seed: number, mutant: Mutant = {}): Promise<Release> {
  const stream = new Stream(seed, world.name, 0)
  const truth = serviceOf(world, stream)
  const service = mutant.told?.(truth) ?? truth
  const storage = new Storage({ retentionMs: 24 * 3_600_000, maxSamples: 10_000_000 })
  const cluster = embeddedCluster(new Stream(seed, world.name, 0, 'other').word())
  // Its own Prometheus sees pods that nobody asks anything.
  cluster.inside?.prometheus.stop()
  let changedAt: number | undefined
  cluster.network = disturbedSource(cluster.clock, storage, service.disturbances, () => changedAt)
  const blank = { world: world.name, seed, minutes: 0, reached: [], left: [], all: 0, requests: 0, bad: 0, excess: 0, lost: 0 }
  try {
    const stage = await worldOn(cluster)
    const pods = fleet(service, stream, storage, stage.namespace, imageOf(version))
    const traffic = watchedTraffic()
    const scene = await played(stage, pods, traffic, () => changedAt)
    stage.controllers.start({ namespace: stage.namespace })
    const { historyMs: past = historyMs, use = {}, ...shop } = world.shop
    const given = { ...givenOn(stage), traffic: async () => {} }
    const options = {
      ...shop,
      ...(mutant.metrics ? { metrics: mutant.metrics } : {}),
      use: { ...use, ...mutant.use },
      historyMs: Math.round(between(stream, 0, 15_000)),
    }
    await shopWithAnalysis({ given, world: stage } as never, options)
    scene.begin(past)
    await cluster.pass(Math.round(between(stream, 0, 15_000)))
    changedAt = cluster.clock.now()
    scene.changed()
    await whenOn(stage).imageBecomes(version)
    const ended = await endOf(stage, changedAt + patienceMs)
    const last = ended ?? (await givenUp(stage))
    const analysis = await analysisOf(stage, last.analysis)
    const departs = await replayed(analysis)
    const end = last.result === 'RolledBack' ? (scene.zeroAt() ?? Date.parse(last.endedAt)) : Date.parse(last.endedAt)
    const made: Release = {
      world: world.name,
      seed,
      result: ended ? last.result : 'Undecided',
      because: ended ? last.because : (analysis?.status?.message ?? last.because),
      minutes: (end - changedAt) / 60_000,
      ...scene.weights(last.result === 'Promoted' && ended !== undefined),
      ...scene.served(),
      ...(departs === undefined ? {} : { departs }),
    }
    scene.stop()
    await stage.end()
    return made
  } catch (error) {
    const because = error instanceof Error ? (error.stack ?? error.message).split('\n').slice(0, 3).join(' ') : String(error)
    return { ...blank, result: 'Broken', because }
  } finally {
    await cluster.stop()
  }
}

/** The traffic of a namespace as time goes by: counted whenever something of it changes, and scraped. */
async function played(stage: Stage, pods: Fleet, traffic: Traffic, changedAt: () => number | undefined) {
  const { cluster, namespace } = stage
  let upTo = cluster.clock.now()
  let begun = false
  let before = pods.served()
  let over: Served | undefined
  let zeroAt: number | undefined
  const reached: number[] = []
  const moment = (at: number): Moment => ({ since: at - (changedAt() ?? at + 1), weight: traffic.weight() })
  const count = () => {
    const now = cluster.clock.now()
    if (begun && now > upTo) pods.answer(traffic.receivers(), now, now - upTo, moment(now), traffic.lost())
    upTo = now
  }
  await cluster.follow(namespace, ({ object, gone }) => {
    if (object.kind === 'Rollout' && isOver(object)) {
      count()
      over ??= pods.served()
      return
    }
    if (!watched.has(object.kind)) return
    count()
    const was = traffic.weight()
    traffic.saw(object, gone)
    const weight = traffic.weight()
    if (weight === was || changedAt() === undefined) return
    if (weight > was) reached.push(weight)
    zeroAt = weight === 0 ? cluster.clock.now() : undefined
  })
  let cancel = () => {}
  const scrape = () => {
    count()
    pods.scrape(traffic.receivers(), upTo, moment(upTo))
    cancel = cluster.clock.after(scrapeMs, scrape)
  }
  return {
    /** The pods that are there have been there for so long. */
    begin(past: number) {
      const now = cluster.clock.now()
      begun = true
      for (let at = now - past; at <= now; at += historyStepMs) {
        const then: Moment = { since: at - now - 1, weight: 0 }
        pods.answer(traffic.receivers(), at, historyStepMs, then, 0)
        pods.scrape(traffic.receivers(), at, then)
      }
      upTo = now
      cancel = cluster.clock.after(scrapeMs, scrape)
    },
    /** What was served before does not count. */
    changed() {
      count()
      before = pods.served()
    },
    served(): Served {
      const { all, lost, ...own } = over ?? pods.served()
      return { ...own, all: all - before.all, lost: lost - before.lost }
    },
    zeroAt: () => zeroAt,
    weights(promoted: boolean) {
      const rising = reached.filter((weight, at) => weight < 100 && weight > Math.max(0, ...reached.slice(0, at)))
      return { reached: rising, left: promoted ? rising : rising.slice(0, -1) }
    },
    stop: () => cancel(),
  }
}

const watched = new Set(['Pod', 'EndpointSlice', 'HTTPRoute'])

function isOver({ status }: Json): boolean {
  return !status?.run && status?.history?.[0]?.to?.images?.[0] === imageOf(version)
}

/** The history's entry of the run, once it is there; undefined when it is not by then. */
async function endOf(stage: Stage, until: number): Promise<Json> {
  for (;;) {
    const rollout = await rolloutOf(stage)
    if (rollout && isOver(rollout)) return rollout.status.history[0]
    if (stage.cluster.clock.now() >= until) return undefined
    await stage.cluster.pass(lookMs)
    stage.invariants.check()
  }
}

async function givenUp(stage: Stage): Promise<Json> {
  await whenOn(stage).asks('abort', { name: 'give-up' })
  const last = await endOf(stage, stage.cluster.clock.now() + patienceMs)
  if (!last) throw new Error('its run goes on although it was aborted')
  return last
}

/** Where the stored record, judged offline, says something else than the status; or its text, as `serin record` prints it, to `serin judge --replay`. */
async function replayed(analysis: Json): Promise<string | undefined> {
  const { spec, status } = (analysis ?? {}) as { spec: AnalysisRunSpec; status?: AnalysisRunStatus }
  if (status?.record === undefined) return undefined
  const record = unpacked(status.record)
  if (!record) return 'its record cannot be read'
  if (record.parts.every(({ intervals }) => intervals.length === 0)) return undefined
  const judged = judgedAgain(record, spec)
  const { io, said } = terminal({ stdin: async () => recordText(record, spec, judged) })
  const code = await run({ args: ['judge', '--replay'], program: 'serin', io, clusters: noClusters })
  return departure(judged, status) ?? (code === 0 && said.out.includes('bit for bit') ? undefined : `exit code ${code}: ${said.err}`)
}

const noClusters = {
  connect: () => {
    throw new Error('a replay needs no cluster')
  },
  contexts: async () => [],
}
