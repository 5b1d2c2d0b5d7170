import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Behaviour, firstPast, type Limits, limited, type Past, type ScalingRules, scaled } from './hpaLimits.ts'

const none: Past = { recommendations: [], ups: [], downs: [] }
const usual: Limits = { min: 1, max: 100, downscaleStabilisationMs: 300_000 }
const rules = (more: Partial<ScalingRules> = {}): ScalingRules => ({
  selectPolicy: 'Max',
  policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
  ...more,
})

describe('without a behaviour', () => {
  it('at most doubles in one look, but may always reach four', () => {
    expect(limited(50, 10, usual, none, 0)).toMatchObject({ replicas: 20, limited: { status: true, reason: 'ScaleUpLimit' } })
    expect(limited(50, 1, usual, none, 0).replicas).toBe(4)
    expect(limited(50, 30, { ...usual, max: 40 }, none, 0)).toMatchObject({ replicas: 40, limited: { reason: 'TooManyReplicas' } })
  })

  it('goes down to the highest recommendation of five minutes', () => {
    const past = firstPast(10, 0)
    expect(limited(4, 10, usual, past, 299_000)).toMatchObject({ replicas: 10, able: { reason: 'ScaleDownStabilized' } })
    expect(limited(4, 10, usual, past, 301_000)).toMatchObject({ replicas: 4, able: { reason: 'ReadyForNewScale' } })
  })

  it('remembers what it recommended, not what it did', () => {
    const first = limited(50, 10, usual, none, 0)
    expect(limited(5, 20, usual, first.past, 60_000).replicas).toBe(40)
  })
})

describe('with a behaviour', () => {
  const behaviour: Behaviour = {
    scaleUp: rules({
      stabilizationWindowSeconds: 0,
      policies: [
        { type: 'Pods', value: 4, periodSeconds: 15 },
        { type: 'Percent', value: 100, periodSeconds: 15 },
      ],
    }),
    scaleDown: rules({ stabilizationWindowSeconds: 0, policies: [{ type: 'Pods', value: 2, periodSeconds: 60 }] }),
  }

  it('the default policies: by four pods or by all that there are', () => {
    expect(limited(50, 2, { ...usual, behaviour }, none, 0).replicas).toBe(6)
    expect(limited(50, 10, { ...usual, behaviour }, none, 0).replicas).toBe(20)
  })

  it('what was done in the period counts', () => {
    const done = scaled(none, behaviour, 10, 9, 0)
    expect(limited(1, 9, { ...usual, behaviour }, done, 30_000)).toMatchObject({ replicas: 8, limited: { reason: 'ScaleDownLimit' } })
    expect(limited(1, 9, { ...usual, behaviour }, done, 61_000).replicas).toBe(7)
  })

  it('of two policies the one that changes least, if wished', () => {
    const least = { ...behaviour, scaleUp: { ...behaviour.scaleUp, selectPolicy: 'Min' as const } }
    expect(limited(50, 10, { ...usual, behaviour: least }, none, 0).replicas).toBe(14)
  })

  it('a disabled direction stays where it is', () => {
    const off = { ...behaviour, scaleDown: rules({ stabilizationWindowSeconds: 0, selectPolicy: 'Disabled' }) }
    expect(limited(1, 10, { ...usual, behaviour: off }, none, 0).replicas).toBe(10)
  })

  it('a window of scaling up waits for the lowest recommendation', () => {
    const slow = { ...behaviour, scaleUp: { ...behaviour.scaleUp, stabilizationWindowSeconds: 60 } }
    const past: Past = { ...none, recommendations: [{ at: 0, replicas: 11 }] }
    expect(limited(18, 10, { ...usual, behaviour: slow }, past, 30_000)).toMatchObject({
      replicas: 11,
      able: { reason: 'ScaleUpStabilized' },
    })
    expect(limited(18, 10, { ...usual, behaviour: slow }, past, 61_000).replicas).toBe(18)
  })
})

describe('what Kubernetes 1.36.3 itself answers', () => {
  const lines = readFileSync(new URL('golden/hpaLimits.jsonl', import.meta.url), 'utf8')
    .trim()
    .split('\n')
  const at = ({ agoS }: { agoS: number }) => -agoS * 1000

  it(`is what the limits answer, ${lines.length} times`, () => {
    for (const line of lines) {
      const { min, max, current, desired, behaviour, past, ups, downs, ...recorded } = JSON.parse(line)
      const events = (all: { agoS: number; pods: number }[] | null) => (all ?? []).map((one) => ({ at: at(one), pods: one.pods }))
      const known: Past = {
        recommendations: (past ?? []).map((one: { agoS: number; pods: number }) => ({ at: at(one), replicas: one.pods })),
        ups: events(ups),
        downs: events(downs),
      }
      const answered = limited(desired, current, { min, max, behaviour, downscaleStabilisationMs: 300_000 }, known, 0)
      const shown = { replicas: answered.replicas, able: answered.able.reason, limited: answered.limited.reason }
      expect({ ...shown, ...(answered.limited.status ? { isLimited: true } : {}) }, line).toEqual(recorded)
    }
  })
})

describe('whatever is wished', () => {
  const policy = fc.record({
    type: fc.constantFrom('Pods' as const, 'Percent' as const),
    value: fc.integer({ min: 1, max: 200 }),
    periodSeconds: fc.constantFrom(15, 60, 300),
  })
  const someRules = fc.record({
    stabilizationWindowSeconds: fc.constantFrom(0, 30, 300),
    selectPolicy: fc.constantFrom('Max' as const, 'Min' as const, 'Disabled' as const),
    policies: fc.array(policy, { minLength: 1, maxLength: 3 }),
  })
  const behaviour = fc.option(fc.record({ scaleUp: someRules, scaleDown: someRules }), { nil: undefined })

  it('the number stays within its bounds, over any course of wishes', () => {
    const course = fc.array(fc.tuple(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 1, max: 200_000 })), { maxLength: 30 })
    fc.assert(
      fc.property(behaviour, fc.integer({ min: 1, max: 20 }), fc.integer({ min: 0, max: 80 }), course, (of, min, more, wishes) => {
        const limits: Limits = { min, max: min + more, behaviour: of, downscaleStabilisationMs: 300_000 }
        let [current, now, past] = [min, 0, firstPast(min, 0)]
        for (const [desired, ms] of wishes) {
          now += ms
          const outcome = limited(desired, current, limits, past, now)
          expect(outcome.replicas).toBeGreaterThanOrEqual(min)
          expect(outcome.replicas).toBeLessThanOrEqual(min + more)
          past = scaled(outcome.past, of, current, outcome.replicas, now)
          current = outcome.replicas
          expect(past.recommendations.length).toBeLessThanOrEqual(wishes.length + 1)
        }
      }),
    )
  })

  it('it never goes against the wish', () => {
    fc.assert(
      fc.property(behaviour, fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 50 }), (of, current, desired) => {
        const { replicas } = limited(desired, current, { ...usual, behaviour: of }, none, 0)
        if (desired >= current) expect(replicas).toBeGreaterThanOrEqual(current)
        else expect(replicas).toBeLessThanOrEqual(current)
        expect(Math.abs(replicas - current)).toBeLessThanOrEqual(Math.abs(desired - current))
      }),
    )
  })
})
