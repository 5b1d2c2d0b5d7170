import { expect, test } from 'vitest'
import { type Act, type Plan, planOf } from './plan.ts'
import type { Outcome } from './run.ts'
import { shrink } from './shrink.ts'

const [small = 0] = Array.from({ length: 100 }, (_, seed) => seed).filter(
  (seed) => planOf(seed).shops.length > 3 && planOf(seed).acts.length > 20,
)
const plan = planOf(small)
const outcomeOf = (one: Plan, promise: string | undefined): Outcome => ({
  ...{ seed: one.seed, open: [], visited: [], fingerprint: '', changes: 0, lasted: 0, endings: {}, journal: [] },
  ...(promise === undefined ? {} : { breach: { promise, shop: 's2', what: 'so', at: 60_000 } }),
})
const soon = () => performance.now() + 10_000
/** Worlds in which the promise is broken whenever they have all of these acts. */
const brokenBy = (acts: readonly Act[]) => async (one: Plan) =>
  outcomeOf(one, acts.every((act) => one.acts.some(({ name, shop }) => name === act.name && shop === act.shop)) ? 'it holds' : undefined)

test('only what breaks the promise is left', async () => {
  const releases = plan.acts.filter(({ name, shop }) => name === 'release' && (shop === 's2' || shop === 's3'))
  const needed = [releases.find(({ shop }) => shop === 's2'), releases.find(({ shop }) => shop === 's3')].filter((act) => act !== undefined)
  const least = await shrink(plan, outcomeOf(plan, 'it holds'), { run: brokenBy(needed), jobs: 3, deadline: soon() })
  expect(least.plan.shops.map(({ name }) => name)).toEqual(['s2', 's3'])
  expect(least.plan.acts.map(({ name, shop }) => `${name} ${shop}`).sort()).toEqual(['release s2', 'release s3'])
  expect(least.plan.shops.map(({ replicas }) => replicas).every((replicas) => replicas <= 1)).toBe(true)
  expect(least.smallest).toBe(true)
})

test('another promise that breaks is no smaller world of this one', async () => {
  const other = async (one: Plan) => outcomeOf(one, 'another one')
  const least = await shrink(plan, outcomeOf(plan, 'it holds'), { run: other, jobs: 2, deadline: soon() })
  expect(least.plan).toEqual(plan)
})

test('it ends when its time is over', async () => {
  const least = await shrink(plan, outcomeOf(plan, 'it holds'), { run: brokenBy([]), jobs: 2, deadline: performance.now() - 1 })
  expect(least).toMatchObject({ smallest: false, plan: { seed: plan.seed } })
})

test('it is calm when the last act that is left is over', async () => {
  const least = await shrink(plan, outcomeOf(plan, 'it holds'), { run: brokenBy([]), jobs: 2, deadline: soon() })
  expect(least.plan).toMatchObject({ acts: [], calmAt: 2_000, controllers: 1 })
})
