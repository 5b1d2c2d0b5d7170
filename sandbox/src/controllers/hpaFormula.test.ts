import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  byAverage,
  byUtilisation,
  byValue,
  byValuePerPod,
  NoProposal,
  type PodUse,
  type Proposal,
  type Standing,
  standingOf,
  type Tolerances,
} from './hpaFormula.ts'

const usual: Tolerances = { up: 0.1, down: 0.1 }
const pods = (count: number, use: number, standing: Standing = 'counted', request = 1000): PodUse[] =>
  Array.from({ length: count }, () => (standing === 'missing' ? { standing, request } : { standing, use, request }))

describe('the published formula, worked by hand', () => {
  // docs of Kubernetes: ceil(currentReplicas * currentMetricValue / desiredMetricValue); 200m against 100m doubles, 50m halves
  it.each([
    [200_000, 8],
    [50_000, 2],
    [109_000, 4],
    [110_000, 4],
    [111_000, 5],
    [90_000, 4],
    [89_000, 4],
    [74_000, 3],
  ])('4 pods at %i of 100000 make %i', (use, wanted) => {
    expect(byAverage(pods(4, use), 100_000, 4, usual).replicas).toBe(wanted)
  })

  it('utilisation is a whole per cent, rounded down', () => {
    expect(byUtilisation(pods(10, 559), 50, 10, usual)).toEqual({ replicas: 10, average: 559, utilisation: 55 })
    expect(byUtilisation(pods(10, 560), 50, 10, usual)).toEqual({ replicas: 12, average: 560, utilisation: 56 })
  })

  it('unready pods use nothing where it would scale up, and do not count where it would scale down', () => {
    // 3 ready at 90 % of 50 %: 1.8 * 3 = 6; with 2 unready ones 270 / 5 = 54 %, within the tolerance
    expect(byUtilisation([...pods(3, 900), ...pods(2, 0, 'unready')], 50, 5, usual).replicas).toBe(5)
    expect(byUtilisation([...pods(3, 900), ...pods(1, 0, 'unready')], 50, 4, usual).replicas).toBe(6)
    // 25 / 50 of 4 ready pods: the unready ones are not even among those that are multiplied
    expect(byUtilisation([...pods(4, 250), ...pods(4, 0, 'unready')], 50, 8, usual).replicas).toBe(2)
  })

  it('missing pods use nothing where it would scale up, all they requested where it would scale down', () => {
    expect(byUtilisation([...pods(2, 1000), ...pods(2, 0, 'missing')], 50, 4, usual).replicas).toBe(4)
    // (2 * 100 + 2 * 1000) / 4000 = 55 %: it would turn round
    expect(byUtilisation([...pods(2, 100), ...pods(2, 0, 'missing')], 50, 4, usual).replicas).toBe(4)
    // (6 * 100 + 1000) / 7000 = 22 %: ceil(0.44 * 7) = 4
    expect(byUtilisation([...pods(6, 100), ...pods(1, 0, 'missing')], 50, 7, usual).replicas).toBe(4)
    // of an average value the target itself: (6 * 100 + 500) / 7 = 157 of 500: ceil(0.314 * 7) = 3
    expect(byAverage([...pods(6, 100), ...pods(1, 0, 'missing')], 500, 7, usual).replicas).toBe(3)
  })

  it('ignored pods are not there', () => {
    expect(byAverage([...pods(2, 200), ...pods(5, 900, 'ignored')], 100, 2, usual).replicas).toBe(4)
  })

  it('a value of the whole is shared by the ready pods, a value per pod is divided', () => {
    expect(byValue(150, 100, { current: 4, ready: 4 }, usual).replicas).toBe(6)
    expect(byValue(109, 100, { current: 4, ready: 4 }, usual).replicas).toBe(4)
    expect(byValuePerPod(1000, 100, 5, usual)).toEqual({ replicas: 10, average: 200 })
    expect(byValuePerPod(540, 100, 5, usual).replicas).toBe(5)
  })

  it('a canary beside makes it larger under a load that is too small for its pods: below the target, and yet upwards', () => {
    // 10 + 10 pods, half of the target of each is base load: 75 of 100, which is 15 pods of 20 wanted, where 10 were wanted
    expect(byAverage(pods(20, 75), 100, 10, usual).replicas).toBe(15)
    // a value that does not fall with pods, likewise
    expect(byValue(80, 100, { current: 10, ready: 20 }, usual).replicas).toBe(16)
  })

  it('a wider tolerance downwards hides a canary of equal size, whatever the base load', () => {
    for (const base of [0, 30, 50, 80]) {
      const use = base + (100 - base) / 2
      expect(byAverage(pods(20, use), 100, 10, { up: 0.1, down: 0.5 }).replicas).toBe(10)
    }
  })

  it('says why no number comes out', () => {
    expect(() => byAverage([], 1, 1, usual)).toThrow('no pods returned by selector')
    expect(() => byAverage(pods(2, 0, 'missing'), 1, 1, usual)).toThrow('did not receive metrics for targeted pods')
    expect(() => byUtilisation(pods(2, 5, 'counted', 0), 50, 1, usual)).toThrow('no metrics returned matched known pods')
  })

  it('sums of bytes are exact', () => {
    const gib = 2 ** 30 * 1000
    expect(byUtilisation(pods(9001, gib / 2, 'counted', gib), 50, 9001, usual).utilisation).toBe(50)
  })
})

describe('what Kubernetes 1.36.3 itself answers', () => {
  interface Recorded {
    kind: string
    cpu?: boolean
    current: number
    status?: number
    target: number
    value?: number
    up: number
    down: number
    pods?: RecordedPod[]
    replicas: number
    average: number
    percent?: number
    error?: string
  }
  interface RecordedPod {
    phase: string
    deleting?: boolean
    ready?: string
    startedS: number
    readyS: number
    sampledS?: number
    windowS?: number
    hasSample?: boolean
    use?: number
    request: number
  }
  const lines = readFileSync(new URL('golden/hpaFormula.jsonl', import.meta.url), 'utf8')
    .trim()
    .split('\n')
  const periods = { initialisationMs: 300_000, initialReadinessMs: 30_000 }

  const usesOf = ({ cpu, kind, pods = [] }: Recorded): PodUse[] =>
    pods.map((pod) => {
      const facts = {
        deleting: pod.deleting ?? false,
        phase: pod.phase,
        startedAt: -pod.startedS * 1000,
        ready: pod.ready ? { status: pod.ready, since: -pod.readyS * 1000 } : undefined,
        sample: pod.hasSample ? { at: -(pod.sampledS ?? 0) * 1000, windowMs: (pod.windowS ?? 0) * 1000 } : undefined,
      }
      return {
        standing: standingOf(facts, cpu && kind !== 'pods' ? periods : undefined, 0),
        request: pod.request,
        ...(pod.hasSample ? { use: pod.use ?? 0 } : {}),
      }
    })
  const answer = (asked: Recorded): Proposal => {
    const { kind, target, value = 0, current, status = 0, up, down } = asked
    const uses = usesOf(asked)
    const ready = (asked.pods ?? []).filter(({ phase, ready }) => phase === 'Running' && ready === 'True').length
    switch (kind) {
      case 'utilisation':
        return byUtilisation(uses, target, current, { up, down })
      case 'average':
        return byAverage(uses, target, current, { up, down })
      case 'value':
        return byValue(value, target, { current, ready }, { up, down })
      default:
        return byValuePerPod(value, target, status, { up, down })
    }
  }

  it(`is what the formula answers, ${lines.length} times`, () => {
    for (const line of lines) {
      const asked: Recorded = JSON.parse(line)
      const answered = () => answer(asked)
      if (asked.error) expect(answered, line).toThrow(NoProposal)
      else {
        const { replicas, average, percent } = asked
        expect(answered(), line).toEqual({ replicas, average, ...(asked.kind === 'utilisation' ? { utilisation: percent ?? 0 } : {}) })
      }
    }
  })
})

describe('whatever the pods use', () => {
  const standings: Standing[] = ['counted', 'unready', 'missing', 'ignored']
  const use = fc.record({ standing: fc.constantFrom(...standings), use: fc.integer({ min: 0, max: 5000 }), request: fc.constant(1000) })
  const crowd = fc.array(use, { minLength: 1, maxLength: 30 }).filter((all) => all.some(({ standing }) => standing === 'counted'))

  it('within the tolerance nothing changes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 910, max: 1090 }), (count, each) => {
        expect(byAverage(pods(count, each), 1000, count, usual).replicas).toBe(count)
        expect(byValue(each, 1000, { current: count, ready: count * 2 }, usual).replicas).toBe(count)
        expect(byValuePerPod(each * count, 1000, count, usual).replicas).toBe(count)
      }),
    )
  })

  it('more use never means fewer replicas', () => {
    fc.assert(
      fc.property(crowd, fc.integer({ min: 0, max: 2000 }), fc.integer({ min: 1, max: 30 }), (all, more, current) => {
        const settled = all.map((pod) => ({ ...pod, standing: pod.standing === 'ignored' ? pod.standing : ('counted' as const) }))
        const busier = settled.map((pod) => ({ ...pod, use: pod.use + more }))
        const counted = settled.filter(({ standing }) => standing === 'counted').length
        // Within the tolerance `current` stands for the counted pods.
        const of = (some: PodUse[]) => byAverage(some, 1000, counted, { up: 0, down: 0 }).replicas
        expect(of(busier)).toBeGreaterThanOrEqual(of(settled))
        expect(byValue(more + 500, 1000, { current, ready: current }, usual).replicas).toBeGreaterThanOrEqual(
          byValue(more, 1000, { current, ready: current }, usual).replicas,
        )
      }),
    )
  })

  it('pods without metrics never turn the direction', () => {
    fc.assert(
      fc.property(crowd, fc.integer({ min: 1, max: 30 }), (all, current) => {
        const some: PodUse[] = [...all, { standing: 'missing' }]
        const { replicas, average } = byAverage(some, 1000, current, usual)
        if (average > 1000) expect(replicas).toBeGreaterThanOrEqual(current)
        else expect(replicas).toBeLessThanOrEqual(current)
      }),
    )
  })
})
