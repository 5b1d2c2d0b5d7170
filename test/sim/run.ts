import { createHash } from 'node:crypto'
import type { Change } from '../../sandbox/src/api.ts'
import type { VirtualClock } from '../../sandbox/src/virtualClock.ts'
import { type Api, apiOver, Refused } from '../dsl/api.ts'
import { embeddedCluster } from '../dsl/embedded.ts'
import { actKinds } from './acts/registry.ts'
import { isAside, requestOf } from './asked.ts'
import { bookOf, type Sight, shopOf, statusOf } from './book.ts'
import { carrierOver, patient } from './carrier.ts'
import { cellNamed, nameOf } from './cells.ts'
import { type Domain, domainsOf, fleetOf } from './fleet.ts'
import { lineOf } from './journal.ts'
import type { Act, Plan } from './plan.ts'
import { imageOf, isSteady, rollsNatively } from './promises/sights.ts'
import { diedLate, goesBackToDead, heldBehindDead, waitsForEvidence, waitsForPeople } from './promises/waits.ts'
import { drawFrom } from './random.ts'
import { repositoryOf } from './repository.ts'
import { movesRequests, requestsOf } from './requests.ts'
import { furniture, type Manifests, type Shop } from './shop.ts'
import type { Sim } from './sim.ts'
import { sourceOver } from './source.ts'
import { behaviours } from './versions.ts'
import { type Breach, itself, witnessOf } from './witness.ts'

export interface Outcome {
  seed: number
  breach?: Breach
  /** Names of promises that are open, and were broken. */
  open: string[]
  /** All that were found, when the run went on after the first. */
  breaches?: Breach[]
  /** Names of the cells of the state space that were visited. */
  visited: string[]
  /** Of every change in the API server, in order: two runs of one plan have the same. */
  fingerprint: string
  changes: number
  /** Simulated milliseconds. */
  lasted: number
  /** How runs ended, by result. */
  endings: Record<string, number>
  journal: string[]
}

const first = 'good0'
/** How long runs may take to end by themselves once nothing is in their way any more. */
const calmMs = 150_000
const idleMs = 15_000
const chunkMs = 500
/** How often people look whether they are waited for, in the end. */
const answerEveryMs = 4_000

/** So long nothing has changed in a shop when it is taken for still; and so long after a fault somebody leads again. */
const stillMs = 2_000
const recoveredMs = 10_000
/** What an analysis may take until its deadline, beyond what everything else may. */
const evidenceMs = 700_000

class Broken extends Error {}

/** Takes a plan, from the opening of its shops to silence. Whatever happens follows from the plan alone. `keep`: with a journal and logs, for people. `onward`: goes on after a breach, to find more of them. */
export async function run(plan: Plan, { keep = false, onward = false }: { keep?: boolean; onward?: boolean } = {}): Promise<Outcome> {
  const cluster = embeddedCluster(plan.seed, { events: false })
  const { inside: sandbox } = cluster
  if (!sandbox) throw new Error('the simulation needs a cluster in this process')
  const clock = sandbox.clock as VirtualClock
  for (const [image, behaviour] of Object.entries(behaviours)) sandbox.images.set(image, behaviour)
  const began = clock.now()
  const random = drawFrom(plan.seed).fork('course')
  const journal: string[] = []
  const visited = new Set<string>()
  const endings: Record<string, number> = {}
  const book = bookOf(plan.shops.map(({ name }) => name))
  const shops = new Map(plan.shops.map((shop) => [shop.name, shop]))
  const repository = repositoryOf(plan.shops, first)
  const excused = new Map<string, { at: number; pod: string | symbol }[]>()
  const loosened = new Map<string, number>()
  const applied = new Map<string, Manifests>()
  const applying = new Map<string, Promise<void>>()
  const apis = new Map<string, Api>()
  const namespaces: string[] = []
  let busyUntil = 0
  const changedAt = new Map<string, number>()
  let troubledUntil = Number.NEGATIVE_INFINITY
  let changes = 0
  let numbers = 0
  const digest = createHash('sha256')

  const now = () => clock.now() - began
  const note = (line: string) => {
    if (keep) journal.push(`${(now() / 1000).toFixed(3)} ${line}`)
  }
  const witness = witnessOf({ book, now, note, onward })
  const { broken } = witness
  /** Where a shop's run is, as a cell of the fault. */
  const struck = (fault: string, shop?: string) => {
    troubledUntil = Math.max(troubledUntil, now())
    for (const { name, mode } of shop === undefined ? plan.shops : plan.shops.filter((one) => one.name === shop)) {
      const run = statusOf(book.of(name))?.run
      const at = run ? (run.stage === 'Stepping' ? (run.step?.kind ?? '') : mode) : '-'
      const cell = nameOf({ fault, stage: run?.stage ?? 'Idle', at })
      visited.add(cell)
      if (!cellNamed(cell)) broken(itself, name, `${cell} is visited, and cells.ts says that it cannot be reached`)
    }
  }

  const serin = cluster.transportFor('serin')
  const carrier = carrierOver(
    {
      ...serin,
      async send(request) {
        const before = changes
        const response = await serin.send(request)
        if (!isAside(request)) witness.asked({ ...requestOf(request), status: response.status, changed: changes > before })
        return response
      },
    },
    clock,
    random.fork('carrier'),
    (fault, { path }) => {
      const object = /\/namespaces\/[^/]+\/[a-z]+\/([^/?]+)/.exec(path)?.[1]
      const shop = object === undefined ? undefined : shopOf(object)
      struck(fault, shop !== undefined && shops.has(shop) ? shop : undefined)
    },
  )
  const source = sourceOver(clock)
  const domains: Domain[] = []
  const fleet = fleetOf({
    clock,
    carrier,
    draw: random.fork('fleet'),
    source,
    domains,
    election: plan.controllers > 1 || plan.acts.some(({ name }) => ['doubled', 'relieved', 'frozen', 'frozenWriting'].includes(name)),
    skewMs: plan.skewMs,
    keepLog: keep,
    onLine: witness.logged,
  })

  const later = (ms: number, then: () => void | Promise<void>) =>
    clock.after(ms, () => {
      void (async () => then())().catch((error) => {
        if (error instanceof Refused) note(`refused: ${error.message}`)
        else broken(itself, '-', error instanceof Error ? (error.stack ?? error.message) : String(error))
      })
    })
  const namespaceOf = ({ namespace }: Shop) => namespaces[namespace] ?? ''
  const apiOf = (shop: Shop): Api => {
    const known = apis.get(namespaceOf(shop)) ?? apiOver(patient(cluster.transportFor('admin'), clock), namespaceOf(shop))
    apis.set(namespaceOf(shop), known)
    return known
  }
  const apply = async (shop: Shop) => {
    const manifests = repository.of(shop.name)
    const { deployment, service, routes, rollout } = manifests
    applied.delete(shop.name)
    for (const object of [deployment, service, ...routes, rollout]) await apiOf(shop).apply(object, { manager: 'gitops', force: true })
    applied.set(shop.name, manifests)
  }
  const inTurn = (shop: Shop, write: () => Promise<void>): Promise<void> => {
    const turn = (applying.get(shop.name) ?? Promise.resolve()).then(write)
    applying.set(
      shop.name,
      turn.catch(() => {}),
    )
    return turn
  }
  const sim: Sim = {
    plan,
    clock,
    now,
    sandbox,
    book,
    repository,
    fleet,
    carrier,
    source,
    random,
    apiOf,
    namespaceOf,
    note,
    struck,
    undisturbed: () => now() - troubledUntil,
    excuse: (shop, pod = Symbol()) => void excused.set(shop, [...(excused.get(shop) ?? []), { at: now(), pod }]),
    excused: (shop, withinMs = Number.POSITIVE_INFINITY) =>
      new Set(excused.get(shop)?.flatMap(({ at, pod }) => (now() - at <= withinMs ? pod : []))),
    loosen: (shop) => void loosened.set(shop, now()),
    loose: (shop) => loosened.has(shop),
    guarded: ({ namespace }) => plan.namespaces[namespace]?.guarded === true,
    after: (ms, then) => void later(ms, then),
    later,
    apply: (shop) => inTurn(shop, () => apply(shop)),
    inTurn,
    appliedNow(shop) {
      const { deployment, service, routes } = repository.of(shop)
      const last = applied.get(shop)
      return last !== undefined && last.deployment === deployment && last.service === service && last.routes === routes
    },
    number: () => ++numbers,
    waitsForPeople,
  }

  const perform = (act: Act) => {
    const kind = actKinds[act.name]
    if (!kind) throw new Error(`no act ${act.name}`)
    if (kind.what === 'fault') troubledUntil = Math.max(troubledUntil, now() + (kind.lasts?.(act.with) ?? 0))
    const shop = shops.get(act.shop ?? '') ?? plan.shops[0]
    if (!shop) return
    note(`${act.name} ${act.shop ?? ''} ${JSON.stringify(act.with)}`)
    busyUntil = Math.max(busyUntil, now() + (kind.lasts?.(act.with) ?? 0))
    later(0, () => kind.perform(sim, act.with, shop))
  }
  let awaited = plan.acts.filter(({ when }) => when)
  const arrivals = (shop: string) => {
    const run = statusOf(book.of(shop))?.run
    if (!run || awaited.length === 0) return
    for (const act of awaited) {
      const { when } = act
      if (!when || act.shop !== shop || now() < act.at || when.stage !== run.stage) continue
      if (when.step !== '' && when.step !== run.step?.kind) continue
      awaited = awaited.filter((one) => one !== act)
      perform(act)
    }
  }

  /**
   * A shop that was let go is guarded again when a Rollout calls it healthy that did not, or that is a new one; and means the workload that is there,
   * with the version that it wants: a write that was long on its way tells of what was before.
   */
  const tighten = (shop: string, { object, old }: Change) => {
    const since = loosened.get(shop)
    if (since === undefined || since === now() || object.metadata.deletionTimestamp || object.status?.phase !== 'Healthy') return
    const { deployment } = book.of(shop)
    if (!deployment || deployment.metadata.deletionTimestamp) return
    const { workload, images } = object.status.stable ?? {}
    const present = workload === deployment.metadata.uid && images[0] === imageOf(deployment)
    if (present && old?.status?.phase !== 'Healthy') loosened.delete(shop)
  }
  /** Nothing moves, and nothing stands in anybody's way: what is written down has to be so. */
  const lookStill = () => {
    if (sim.undisturbed() < recoveredMs) return
    for (const { name: shop } of plan.shops) {
      const at = changedAt.get(shop)
      if (at === undefined || now() - at < stillMs) continue
      changedAt.delete(shop)
      witness.still(shop)
    }
  }

  const unfollow = sandbox.api.onChange((change) => {
    changes++
    const { type, object } = change
    digest.update(`${clock.now()} ${type} ${object.kind} ${object.metadata.name} ${object.metadata.resourceVersion}\n`)
    source.enter(change)
    const shop = book.enter(change)
    if (shop === undefined) return
    if (movesRequests(object.kind)) source.tell(requestsOf(book.of(shop), shop))
    if (keep) note(lineOf(change))
    changedAt.set(shop, now())
    witness.changed(shop, change)
    if (object.kind !== 'Rollout') return
    tighten(shop, change)
    arrivals(shop)
  })

  const pass = async (ms: number) => {
    for (let left = ms; left > 0; left -= chunkMs) {
      await clock.advance(Math.min(chunkMs, left))
      lookStill()
      end()
    }
  }
  const end = () => {
    if (witness.breaches.length > 0 && !onward) throw new Broken()
  }
  const until = async (good: () => boolean, atMost: number) => {
    for (let left = atMost; left > 0 && !good(); left -= chunkMs) await pass(chunkMs)
  }
  const ask = (moment: 'calm' | 'rested' | 'idle') => {
    witness.ask(moment)
    end()
  }
  const atRest = (shop: Shop): boolean => {
    const sight = book.of(shop.name)
    if (!sight.rollout || !sight.deployment) return true
    const status = statusOf(sight)
    // Whom it waits for is seen a moment before its phase says so.
    return status !== undefined && !status.kept && status.phase !== 'Progressing' && (!status.run || sim.waitsForPeople(sight))
  }
  const updatesNatively = (sight: Sight) => rollsNatively(sight) && sight.deployment !== undefined && isSteady(imageOf(sight.deployment))
  const answered = () =>
    plan.shops.every(({ name }) => [...book.of(name).commands.values()].every(({ status }) => status?.phase !== undefined))

  try {
    for (const namespace of plan.namespaces) namespaces.push(await cluster.newNamespace(namespace))
    for (const namespace of namespaces)
      for (const object of furniture()) sandbox.api.create({ ...object, metadata: { ...object.metadata, namespace } })
    for (const shop of plan.shops) {
      witness.attend(shop, sim)
      const { deployment, service, routes, rollout } = repository.of(shop.name)
      for (const object of [deployment, service, ...routes, rollout]) await apiOf(shop).apply(object, { manager: 'gitops', force: true })
    }
    domains.push(...domainsOf(plan, namespaces))
    fleet.fill(plan.controllers)
    await until(() => plan.shops.every(({ name }) => statusOf(book.of(name))?.phase === 'Healthy'), 30_000)
    const openedAt = now()
    note(`-- the shops are open, with ${JSON.stringify(plan.aim)} in mind`)
    for (const act of plan.acts) if (!act.when) clock.after(act.at, () => perform(act))
    await pass(plan.calmAt)
    await until(() => awaited.length === 0, awaited.length === 0 ? 0 : 15_000)
    awaited = []
    // What waited for its moment may last longer than the plan could know.
    await pass(Math.max(0, plan.calmAt - (now() - openedAt), busyUntil - now()))
    carrier.hazards.length = 0
    carrier.lags.length = 0
    note('-- calm')
    fleet.fill(1)
    await pass(5_000)
    const rest = () => plan.shops.every(atRest) && answered()
    // What came to rest just now has yet to be written down, and may find in the same moment that it has to go back.
    const staysAtRest = async (atMost: number) => {
      const end = now() + atMost
      do {
        await until(rest, end - now())
        await pass(chunkMs)
      } while (!rest() && now() < end)
    }
    await staysAtRest(calmMs)
    if (plan.shops.some(({ name }) => waitsForEvidence(book.of(name)))) await staysAtRest(evidenceMs)
    ask('calm')
    note('-- people answer')
    const over = (shop: Shop) => atRest(shop) && !waitsForPeople(book.of(shop.name)) && !statusOf(book.of(shop.name))?.run
    // One run may follow another, and wait for people too.
    for (let left = calmMs; left > 0 && !(left < calmMs && plan.shops.every(over)); left -= answerEveryMs) {
      for (const shop of plan.shops) later(0, () => release(shop))
      await pass(answerEveryMs)
    }
    // A native update that ends is something that happens.
    await until(() => !plan.shops.some(({ name }) => updatesNatively(book.of(name))), calmMs)
    await pass(3_000)
    ask('rested')
    note('-- idle')
    await pass(idleMs)
    ask('idle')
  } catch (error) {
    if (!(error instanceof Broken)) broken(itself, '-', error instanceof Error ? (error.stack ?? error.message) : String(error))
  } finally {
    for (const { name } of plan.shops)
      for (const { result } of statusOf(book.of(name))?.history ?? []) endings[result] = (endings[result] ?? 0) + 1
    unfollow()
    fleet.stop()
    await cluster.stop()
  }
  return {
    seed: plan.seed,
    ...(witness.breaches[0] ? { breach: witness.breaches[0] } : {}),
    ...(onward ? { breaches: [...witness.breaches] } : {}),
    open: [...witness.open],
    visited: [...visited],
    fingerprint: digest.digest('hex').slice(0, 16),
    changes,
    lasted: now(),
    endings,
    journal: keep ? [...journal, '-- logs', ...fleet.log] : [],
  }

  /** Whoever is waited for says: go on. */
  async function release(shop: Shop): Promise<void> {
    const sight: Sight = book.of(shop.name)
    const api = apiOf(shop)
    if (sight.rollout?.spec.paused) {
      repository.edit(shop.name, (spec) => ({ ...spec, paused: false }))
      await api.patch('Rollout', shop.name, 'merge', { spec: { paused: false } })
    }
    const { run, phase } = statusOf(sight) ?? {}
    // What was let go by hand, or handed over, and cannot serve is followed by something that can; what can is not overtaken.
    const dead = goesBackToDead(sight) || heldBehindDead(sight)
    if (sight.deployment && (dead || (run ? diedLate(sight) : phase === 'Progressing' && !updatesNatively(sight)))) {
      repository.release(shop.name, `good${100 + sim.number()}`)
      await sim.apply(shop)
    }
    if (sight.deployment && dead) await actKinds.breakGlass?.perform(sim, {}, shop)
    if (run && (waitsForPeople(sight) || waitsForEvidence(sight)))
      await api.create({
        apiVersion: 'serin.dev/v1alpha1',
        kind: 'RolloutCommand',
        metadata: { name: `${shop.name}-command-${sim.number()}` },
        spec: { rollout: shop.name, action: 'promoteFull' },
      })
  }
}
