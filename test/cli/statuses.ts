import type { HistoryEntry, RolloutStatus, Run, Version } from '../../controller/src/api/rolloutStatus.ts'
import { type Bench, version } from './bench.ts'

/** Statuses that a controller would write for `checkout` going from v1 to v2. */
export function statuses(b: Bench) {
  const at = new Date(b.clock.now()).toISOString()
  const v1: Version = version(b, 'checkout', 'v1')
  const v2: Version = version(b, 'checkout', 'v2')
  const base: RolloutStatus = {
    observedGeneration: 1,
    phase: 'Healthy',
    message: 'shop/checkout:v1 serves',
    conditions: [],
    stable: { ...v1, since: at },
    history: [],
    lastRun: 0,
    answers: [],
  }
  const run: Run = {
    id: 1,
    startedAt: at,
    trigger: 'Template',
    from: v1,
    to: v2,
    mode: 'Pods',
    reuse: false,
    discarded: [],
    shifts: [],
    fast: false,
    spec: { workload: { kind: 'Deployment', name: 'checkout' }, canary: { steps: [{ weight: 25 }, { pause: {} }] } },
    originals: { routes: [] },
    stage: 'Stepping',
    stageSince: at,
    step: { index: 1, kind: 'pause', since: at },
    steps: 2,
    weight: { wanted: 25, actual: 25 },
    waiting: { for: 'somebody to promote it', because: 'step 2 is a pause without an end', since: at },
  }
  const entry = (result: HistoryEntry['result'], because: string): HistoryEntry => ({
    id: 1,
    from: v1,
    to: v2,
    result,
    because,
    startedAt: at,
    endedAt: at,
  })
  return {
    v1,
    v2,
    healthy: base,
    running: { ...base, phase: 'Paused', message: 'releasing shop/checkout:v2', run, lastRun: 1 } satisfies RolloutStatus,
    promoted: {
      ...base,
      stable: { ...v2, since: at },
      history: [entry('Promoted', 'every step was passed')],
      lastRun: 1,
    } satisfies RolloutStatus,
    rolledBack: {
      ...base,
      phase: 'Degraded',
      message: 'shop/checkout:v2 is held',
      refused: { template: v2.template, because: '5xx rose', result: 'RolledBack' },
      history: [entry('RolledBack', '5xx rose')],
      lastRun: 1,
    } satisfies RolloutStatus,
  }
}
