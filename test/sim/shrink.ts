import { actKinds } from './acts/registry.ts'
import type { Act, Plan } from './plan.ts'
import type { Outcome } from './run.ts'
import type { Shop } from './shop.ts'

export interface Shrunk {
  plan: Plan
  outcome: Outcome
  /** How many smaller worlds were tried. */
  tried: number
  /** Nothing more can be left out; else the time was over. */
  smallest: boolean
}

export interface ShrinkOptions {
  run(plan: Plan): Promise<Outcome>
  /** So many are tried side by side. */
  jobs: number
  /** When to stop, as performance.now() shows it. */
  deadline: number
}

/**
 * Makes a plan smaller as long as it breaks the same promise: first without what came after, then without shops, acts (delta debugging),
 * controllers and parts of the specs. What is left is smaller than the given plan or the plan itself; running it breaks the promise.
 */
export async function shrink(plan: Plan, outcome: Outcome, { run, jobs, deadline }: ShrinkOptions): Promise<Shrunk> {
  let best = { plan, outcome }
  let tried = 0
  let late = false
  const text = (one: Plan) => JSON.stringify(one)
  const known = new Set([text(plan)])
  /** Takes the first of them that breaks the promise too. */
  const accepted = async (candidates: Iterable<Plan>): Promise<boolean> => {
    const batch: Plan[] = []
    const tryBatch = async (): Promise<boolean> => {
      const plans = batch.splice(0)
      const outcomes = await Promise.all(plans.map(run))
      tried += plans.length
      const at = outcomes.findIndex(({ breach }) => breach?.promise === outcome.breach?.promise)
      const [found, so] = [plans[at], outcomes[at]]
      if (found && so) best = { plan: found, outcome: so }
      return found !== undefined
    }
    for (const candidate of candidates) {
      if (performance.now() > deadline) {
        late = true
        return false
      }
      const next = tidied(candidate)
      if (known.has(text(next))) continue
      known.add(text(next))
      batch.push(next)
      if (batch.length >= jobs && (await tryBatch())) return true
    }
    return batch.length > 0 && (await tryBatch())
  }
  const exhausted = async (candidates: (plan: Plan) => Iterable<Plan>): Promise<boolean> => {
    let better = false
    while (!late && (await accepted(candidates(best.plan)))) better = true
    return better
  }
  const { at = 0, shop = '' } = outcome.breach ?? {}
  await accepted([until(plan, at)])
  await accepted([only(best.plan, shop)])
  for (let better = true; better && !late; ) {
    better = false
    for (const ways of [fewerShops, fewerActs, plainerWorld, plainerShops, plainerActs]) better = (await exhausted(ways)) || better
  }
  return { ...best, tried, smallest: !late }
}

/** Acts of shops that are not there any more go; it is calm as soon as the last act is over. */
function tidied({ aim: _, ...plan }: Plan): Plan {
  const names = new Set(plan.shops.map(({ name }) => name))
  const acts = plan.acts.filter(({ shop }) => shop === undefined || names.has(shop))
  const last = Math.max(0, ...acts.map((act) => act.at + (actKinds[act.name]?.lasts?.(act.with) ?? 0)))
  return { ...plan, acts, calmAt: last + 2_000 }
}

const until = (plan: Plan, at: number): Plan => ({ ...plan, acts: plan.acts.filter((act) => act.at <= at) })

function only(plan: Plan, shop: string): Plan {
  const shops = plan.shops.filter(({ name }) => name === shop)
  return shops.length === 0 ? plan : { ...plan, shops }
}

function* fewerShops(plan: Plan): Generator<Plan> {
  if (plan.shops.length > 1) for (const shops of without(plan.shops)) if (shops.length > 0) yield { ...plan, shops }
}

function* fewerActs(plan: Plan): Generator<Plan> {
  for (const acts of without(plan.acts)) yield { ...plan, acts }
}

/** All without a piece: first large ones, then each one alone. */
function* without<T>(all: readonly T[]): Generator<T[]> {
  for (let size = Math.ceil(all.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2))
    for (let at = 0; at < all.length; at += size) yield [...all.slice(0, at), ...all.slice(at + size)]
}

function* plainerWorld(plan: Plan): Generator<Plan> {
  if (plan.controllers > 1) yield { ...plan, controllers: 1 }
  const used = [...new Set(plan.shops.map(({ namespace }) => namespace))]
  if (used.length < plan.namespaces.length)
    yield {
      ...plan,
      namespaces: used.flatMap((at) => plan.namespaces[at] ?? []),
      shops: plan.shops.map((shop) => ({ ...shop, namespace: used.indexOf(shop.namespace) })),
    }
  if (plan.namespaces.some(({ guarded }) => !guarded)) yield { ...plan, namespaces: plan.namespaces.map(() => ({ guarded: true })) }
}

function* plainerShops(plan: Plan): Generator<Plan> {
  for (const [at, shop] of plan.shops.entries())
    for (const plainer of plainerShop(shop)) yield { ...plan, shops: plan.shops.with(at, plainer) }
}

function* plainerShop(shop: Shop): Generator<Shop> {
  for (const replicas of [1, 2]) if (replicas < shop.replicas) yield { ...shop, replicas }
  if (shop.preStopSeconds > 0) yield { ...shop, preStopSeconds: 0 }
  if (shop.by === 'gitops') yield { ...shop, by: 'kubectl' }
  if (shop.routes.length > 1)
    for (const kind of shop.routes) {
      const routes = shop.rollout.traffic?.routes?.filter((route: { kind: string }) => route.kind === kind)
      yield { ...shop, routes: [kind], rollout: { ...shop.rollout, traffic: { ...shop.rollout.traffic, routes } } }
    }
  for (const rollout of leaner(shop.rollout, '')) yield { ...shop, rollout: rollout as Record<string, unknown> }
}

/** What makes the shop what it is: without these it would be another one. */
const essential = new Set(['.service', '.canary', '.blueGreen', '.traffic', '.traffic.routes', '.canary.steps'])

/** The value without one of its fields or items, at any depth. */
function* leaner(value: unknown, path: string): Generator<unknown> {
  if (Array.isArray(value)) {
    if (path === '.traffic.routes') return
    if (value.length > 1) for (const left of without(value)) if (left.length > 0) yield left
    for (const [at, item] of value.entries()) for (const plainer of leaner(item, `${path}[]`)) yield value.with(at, plainer)
  } else if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value)
    for (const [key, inner] of entries) {
      const here = `${path}.${key}`
      if (!essential.has(here) && !path.endsWith('[]')) yield Object.fromEntries(entries.filter(([name]) => name !== key))
      for (const plainer of leaner(inner, here)) yield { ...value, [key]: plainer }
    }
  }
}

/** Sooner, at rounder times, and for shorter. */
function* plainerActs(plan: Plan): Generator<Plan> {
  const put = (at: number, act: Act): Plan => ({ ...plan, acts: plan.acts.with(at, act).sort((a, b) => a.at - b.at) })
  for (const [at, act] of plan.acts.entries()) {
    for (const unit of [1_000, 100]) if (act.at % unit !== 0) yield put(at, { ...act, at: Math.floor(act.at / unit) * unit })
    const { with: particulars } = act
    if (particulars === null || typeof particulars !== 'object') continue
    for (const [key, value] of Object.entries(particulars))
      if (typeof value === 'number' && /ms$/i.test(key) && value > 100)
        yield put(at, { ...act, with: { ...particulars, [key]: value > 2_000 ? Math.floor(value / 2) : Math.floor(value / 100) * 100 } })
  }
}
