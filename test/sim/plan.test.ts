import { expect, test } from 'vitest'
import { actKinds, faultNames } from './acts/registry.ts'
import { aimAt, aims, cellNamed, cellOf, cells, coverageReport, nameOf, places, whyUnaimed } from './cells.ts'
import { type Plan, planOf } from './plan.ts'

const plans: Plan[] = Array.from({ length: 2_000 }, (_, index) => planOf(index + 1))
const shops = plans.flatMap((plan) => plan.shops)

/** Paths of all fields that a spec sets, with what they are set to where that is a word or a switch. */
function options(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((one) => options(one, `${path}[]`))
  if (typeof value !== 'object' || value === null) return [path, `${path}=${String(value)}`]
  return [path, ...Object.entries(value).flatMap(([key, inner]) => options(inner, path === '' ? key : `${path}.${key}`))]
}

test('a plan is a function of its seed and its aim, and plain data', () => {
  for (const seed of [1, 77, 4_000_000_000]) expect(planOf(seed)).toEqual(planOf(seed))
  expect(JSON.parse(JSON.stringify(plans[41]))).toEqual(plans[41])
  expect(planOf(42)).toEqual(planOf(42, cellOf(42)))
  expect(planOf(42, cellOf(43))).not.toEqual(planOf(42))
})

test('worlds have 1 to 50 rollouts, few as a rule', () => {
  const sizes = plans.map((plan) => plan.shops.length)
  expect(Math.min(...sizes)).toBe(1)
  expect(Math.max(...sizes)).toBeGreaterThan(40)
  expect(Math.max(...sizes)).toBeLessThanOrEqual(50)
  const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length
  expect(mean).toBeLessThan(2.5)
})

test('everything that can happen happens', () => {
  const seen = new Set(plans.flatMap(({ acts }) => acts.map(({ name }) => name)))
  expect([...seen].sort()).toEqual(Object.keys(actKinds).sort())
})

test('no act is later than the calm, and no fault lasts into it', () => {
  const late = plans.flatMap(({ acts, calmAt }) =>
    acts.filter(({ at, name, with: how }) => at + (actKinds[name]?.lasts?.(how) ?? 0) >= calmAt),
  )
  expect(late).toEqual([])
})

test('acts name shops that there are, and fit them', () => {
  const astray = plans.flatMap((plan) =>
    plan.acts.filter((act) => {
      const shop = plan.shops.find(({ name }) => name === act.shop)
      return act.shop !== undefined && !(shop && (actKinds[act.name]?.fits?.(shop) ?? true))
    }),
  )
  expect(astray).toEqual([])
})

test('every option of a Rollout that acts is drawn sometimes', () => {
  const seen = new Set(shops.flatMap(({ rollout }) => options(rollout)))
  const wanted = [
    'service',
    'paused=true',
    'allowOverlap=true',
    'historyLimit=0',
    'keepOld=0s',
    'handOver.at=1',
    'canary.baseline=fresh',
    'canary.ramp.budget',
    'canary.scale.minPods',
    'canary.scale.match=full',
    'canary.steps[].weight=100',
    'canary.steps[].scale.replicas=0',
    'canary.steps[].scale.percent',
    'canary.steps[].scale.matchTraffic=true',
    'canary.steps[].pause',
    'canary.steps[].pause.for',
    'canary.steps[].analyze.atMost',
    'canary.steps[].analyze.templates[].name=ask',
    'blueGreen.approve=manual',
    'blueGreen.autoPromoteAfter',
    'blueGreen.previewReplicas',
    'blueGreen.previewService',
    'analysis.templates[].name=http',
    'analysis.from',
    'analysis.warmup=5s',
    'analysis.alpha',
    'analysis.before.templates[].name=check',
    'analysis.after.templates[].name=check',
    'analysis.onInconclusive=rollback',
    'analysis.onNoData=ignore',
    'rollback.window=0',
    'rollback.fast=false',
    'rollback.revertTemplate=true',
    'rollback.keepCanaryFor=0s',
    'traffic.drain=0s',
    'traffic.verify.settle=0s',
    ...['HTTPRoute', 'GRPCRoute', 'TCPRoute', 'TLSRoute'].map((kind) => `traffic.routes[].kind=${kind}`),
  ]
  expect(wanted.filter((option) => !seen.has(option))).toEqual([])
  // A ramp that is left by evidence, and one that is left by time.
  for (const judged of [true, false])
    expect(shops.some(({ rollout }) => rollout.canary?.ramp && (rollout.analysis !== undefined) === judged)).toBe(true)
  expect(new Set(shops.map(({ strategy }) => strategy?.type))).toEqual(new Set(['Recreate', 'RollingUpdate', undefined]))
  expect(new Set(plans.map(({ division }) => division))).toEqual(new Set(['whole', 'shards', 'namespaces']))
  for (const guarded of [true, false]) expect(plans.some((plan) => plan.namespaces.some((one) => one.guarded === guarded))).toBe(true)
  expect(plans.some(({ skewMs }) => skewMs === 30_000)).toBe(true)
})

test('a cell can be reached where its fault fits a shop whose run can be there', () => {
  const never = faultNames.flatMap((fault) => places.map((place) => nameOf({ fault, ...place }))).filter((name) => !cellNamed(name))
  const outsideOfSteps = ['Starting', 'Promoting', 'RollingBack']
  expect(never).toEqual(outsideOfSteps.flatMap((stage) => ['Switch', 'Pods'].map((mode) => `gatewayWrong / ${stage} / ${mode}`)))
})

test('seeds aim at every cell but those that take luck, each with its reason', () => {
  const lucky = cells.filter((cell) => !aims.includes(cell))
  expect(new Set(lucky.map(({ fault }) => fault))).toEqual(new Set(['killedAsking', 'sourceWrong']))
  for (const cell of lucky) expect(whyUnaimed(cell)).toBeDefined()
})

test('seeds that follow each other aim at every aim in turn, in a scattered order', () => {
  expect(new Set(aims.map((_, seed) => nameOf(cellOf(seed)))).size).toBe(aims.length)
  const first = aims.slice(0, 60).map((_, seed) => cellOf(seed))
  expect(new Set(first.map(({ fault }) => fault)).size).toBeGreaterThan(faultNames.length / 2)
  expect(new Set(first.map(({ stage, at }) => `${stage}/${at}`)).size).toBe(places.length)
})

test('the world of a seed passes where it aims, as far as a plan can say so', () => {
  for (const { aim, acts, shops } of plans) {
    const act = acts.find(({ name, shop }) => name === aim?.fault && shop === shops[0]?.name)
    expect(act, aim && nameOf(aim)).toBeDefined()
    if (aim?.stage !== 'Idle') expect(act?.when?.stage).toBe(aim?.stage)
  }
})

test('the next aim is a cell that was not visited', () => {
  expect(aimAt(7, new Set())).toBe(cellOf(7))
  const visited = new Set([cellOf(7), cellOf(8)].map(nameOf))
  expect(aimAt(7, visited)).toBe(cellOf(9))
  expect(aimAt(7, new Set(aims.map(nameOf)))).toBe(cellOf(7))
  expect(cellNamed(nameOf(cellOf(7)))).toBe(cellOf(7))
})

test('a report of coverage counts what was visited, and names what was not', () => {
  const [seen, ...others] = cells
  if (!seen) throw new Error('there are no cells')
  const report = coverageReport(new Map([[nameOf(seen), 3]]))
  expect(report).toMatchObject({ visited: 1, all: cells.length })
  expect(report.unvisited).toEqual(others.map(nameOf))
  expect(report.table.find(({ fault }) => fault === seen.fault)?.times).toContain(3)
  expect(report.text).toContain(`1 of ${cells.length} cells`)
  expect(report.table.find(({ fault }) => fault === 'gatewayWrong')?.times).toContain(undefined)
})
