import { afterAll, describe, expect, test } from 'vitest'
import { planOf } from './plan.ts'
import { poolOf } from './pool.ts'
import { breachText } from './report.ts'
import { run } from './run.ts'

// A dozen worlds that are not large, from the fifth on: the fourth is open. npm run sim takes thousands of all sizes.
const plans = Array.from({ length: 60 }, (_, seed) => planOf(seed + 5))
const seeds = plans
  .filter(({ shops }) => shops.length <= 3)
  .slice(0, 12)
  .map(({ seed }) => seed)
const twice = plans.find(({ shops }) => shops.length === 1)?.seed ?? 1
const pool = poolOf({ jobs: 2 })
afterAll(() => pool.close())

describe('the simulation', () => {
  test('keeps every promise in the worlds of a dozen seeds', { timeout: 120_000 }, async () => {
    const outcomes = await Promise.all(seeds.map((seed) => pool.run(seed)))
    expect(outcomes.flatMap(({ breach, seed }) => (breach ? [breachText(breach, seed)] : []))).toEqual([])
    expect(outcomes.reduce((sum, { endings }) => sum + (endings.Promoted ?? 0), 0)).toBeGreaterThan(seeds.length / 2)
    expect(new Set(outcomes.flatMap(({ visited }) => visited)).size).toBeGreaterThan(seeds.length)
  })

  test('makes the same run of the same seed, in this process and in another', { timeout: 60_000 }, async () => {
    const [elsewhere, here, again] = [pool.run(twice), await run(planOf(twice)), await run(planOf(twice))]
    const { fingerprint, changes } = await elsewhere
    expect(changes).toBeGreaterThan(100)
    expect([here.fingerprint, again.fingerprint]).toEqual([fingerprint, fingerprint])
  })

  test('fails where it visits a cell that it holds for unreachable', { timeout: 60_000 }, async () => {
    const plan = plans.find(({ shops }) => shops.length === 1 && shops[0]?.mode === 'Pods') ?? planOf(1)
    const release = { at: 500, name: 'release', shop: 's1', with: { nature: 'good', number: 7 } }
    // No plan has it: a shop without routes has no gateway.
    const astray = { at: 0, name: 'gatewayWrong', shop: 's1', when: { stage: 'Starting', step: '' }, with: { ms: 500, lie: 'old' } }
    const { breach } = await run({ ...plan, acts: [release, astray], calmAt: 3_000 })
    expect(breach).toMatchObject({ promise: 'the simulation works', what: expect.stringContaining('gatewayWrong / Starting / Pods') })
  })

  test('makes another run of another seed', () => {
    expect(planOf(1)).toEqual(planOf(1))
    expect(planOf(2)).not.toEqual({ ...planOf(1), seed: 2 })
  })
})
