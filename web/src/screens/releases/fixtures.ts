import type { Release, ReleasePage, RunSummary, ShortVersion } from '../../../../controller/src/server/dto/release.ts'

const at = (minutesAgo: number) => new Date(Date.parse('2026-03-14T10:18:00Z') - minutesAgo * 60_000).toISOString()

const version = (name: string, revision: number): ShortVersion => ({
  hash: `6f${revision}c8d`,
  revision,
  images: [`registry.example/shop/${name}:v${revision}`],
})

export function runFixture(name: string, more: Partial<RunSummary> = {}): RunSummary {
  return {
    id: 7,
    startedAt: at(18),
    stage: 'Stepping',
    step: { index: 2, kind: 'analyze', since: at(16) },
    steps: 7,
    weight: { wanted: 20, actual: 20 },
    from: version(name, 41),
    to: version(name, 42),
    waiting: { for: 'enough evidence', because: 'latency-p95 is not decided yet', since: at(16) },
    ...more,
  }
}

/** A healthy release, or what `more` makes of it. */
export function releaseFixture(more: Partial<Release> = {}): Release {
  const name = more.name ?? 'web'
  const namespace = more.namespace ?? 'shop'
  return {
    namespace,
    name,
    uid: `${namespace}/${name}`,
    version: '1',
    workload: { kind: 'Deployment', name },
    strategy: 'canary',
    team: 'shop',
    phase: 'Healthy',
    message: 'v41 serves everything',
    stable: version(name, 41),
    last: { id: 6, result: 'Promoted', because: 'all steps passed', endedAt: at(600) },
    since: at(600),
    ...more,
  }
}

const tally = (values: (string | undefined)[]) => {
  const counts = new Map<string, number>()
  for (const value of values) if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].map(([value, count]) => ({ value, count })).sort((one, other) => other.count - one.count)
}

export function pageFixture(items: Release[], more: Partial<ReleasePage> = {}): ReleasePage {
  return {
    items,
    total: items.length,
    all: items.length,
    facets: {
      phase: tally(items.map(({ phase }) => phase)),
      namespace: tally(items.map(({ namespace }) => namespace)),
      team: tally(items.map(({ team }) => team)),
      attention: tally(items.map(({ attention }) => attention?.kind)),
      moving: items.filter(({ run }) => run).length,
    },
    ...more,
  }
}

/** A morning in a company: some wait, some move, most are well. */
export const morning: Release[] = [
  releaseFixture({
    name: 'cart',
    phase: 'Paused',
    since: at(41),
    message: 'waits for an approval',
    attention: { kind: 'Approval', since: at(41) },
    run: runFixture('cart', {
      step: { index: 3, kind: 'approve', since: at(41) },
      waiting: { for: 'approval: 1 of 2 votes', because: 'step 4 asks two people of group sre', since: at(41) },
      weight: { wanted: 25, actual: 25 },
    }),
  }),
  releaseFixture({
    name: 'search',
    namespace: 'find',
    team: 'find',
    phase: 'Degraded',
    since: at(6),
    message: 'rolled back: http-5xx rose from 0.12 % to 2.01 %',
    attention: { kind: 'RolledBack', since: at(6) },
  }),
  releaseFixture({
    name: 'mail',
    namespace: 'notify',
    team: 'notify',
    phase: 'Progressing',
    since: at(14),
    message: '2 pods are pending',
    attention: { kind: 'Stuck', since: at(14) },
    run: runFixture('mail', {
      stage: 'Starting',
      step: { index: 0, kind: 'scale', since: at(14) },
      steps: 4,
      weight: { wanted: 0, actual: 0 },
      waiting: { for: '2 of 4 canary pods to become available', because: 'no node has enough cpu', since: at(14) },
    }),
  }),
  releaseFixture({ name: 'web', phase: 'Progressing', since: at(18), message: 'being compared', run: runFixture('web') }),
  releaseFixture({
    name: 'price',
    phase: 'Progressing',
    since: at(2),
    message: 'weight not confirmed yet',
    run: runFixture('price', { weight: { wanted: 50, actual: 25 }, step: { index: 4, kind: 'weight', since: at(2) } }),
  }),
  releaseFixture({ name: 'stock', since: at(90) }),
  releaseFixture({ name: 'ledger', namespace: 'pay', team: 'pay', since: at(60 * 24 * 9), strategy: 'blueGreen' }),
  releaseFixture({
    name: 'new',
    namespace: 'pay',
    team: 'pay',
    phase: 'Unknown',
    since: at(1),
    message: 'no controller looked at it yet: is Serin running, and does it look after this namespace?',
    stable: undefined as never,
    last: undefined as never,
  }),
]
