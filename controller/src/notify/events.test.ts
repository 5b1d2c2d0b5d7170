import fc from 'fast-check'
import { expect, test } from 'vitest'
import { iso } from '../api/fields.ts'
import type { RolloutStatus } from '../api/rolloutStatus.ts'
import type { KubeObject } from '../kube/types.ts'
import { happeningsOfRollout, happeningsOfSource, overOf, stirredSince } from './events.ts'
import { notifier, specs } from './testing/told.ts'
import { freshMs, hears, notificationOf, opensFor, wants } from './wanted.ts'

const at = iso(Date.UTC(2026, 0, 1, 12))
const version = (tag: string) => ({ hash: tag, template: tag, set: `web-${tag}`, images: [`web:${tag}`] })
const entry = (id: number, result: 'Promoted' | 'RolledBack' | 'Aborted' | 'Superseded', more = {}) => ({
  id,
  from: version('v1'),
  to: version('v2'),
  result,
  because: 'why',
  startedAt: at,
  endedAt: iso(Date.parse(at) + 60_000),
  ...more,
})
const run = (id: number, more: object = {}) => ({
  id,
  from: version('v1'),
  to: version('v2'),
  startedAt: at,
  trigger: 'Template',
  stage: 'Stepping',
  progress: '2/4',
  step: { index: 1, kind: 'pause', since: at },
  waiting: { for: 'somebody to promote it', because: 'step 2 is a pause without an end', since: at },
  ...more,
})
function rollout(status: object, uid = 'u-1'): KubeObject {
  return {
    apiVersion: 'serin.dev/v1alpha1',
    kind: 'Rollout',
    metadata: { name: 'web', namespace: 'shop', uid, labels: { team: 'shop' } },
    spec: { workload: { name: 'web' } },
    status: {
      phase: 'Healthy',
      message: 'fine',
      conditions: [],
      history: [],
      lastRun: 0,
      answers: [],
      ...status,
    } as unknown as RolloutStatus,
  }
}
const eventsIn = (status: object) => happeningsOfRollout(rollout(status)).map(({ event, run: id }) => `${event} ${id ?? ''}`.trim())

test('a run tells of its beginning, of waiting for approval and of its end', () => {
  expect(eventsIn({ phase: 'Paused', run: run(3) })).toEqual(['RunStarted 3', 'WaitingForApproval 3'])
  expect(eventsIn({ phase: 'Progressing', run: run(3) })).toEqual(['RunStarted 3'])
  expect(eventsIn({ history: [entry(3, 'Promoted'), entry(2, 'RolledBack')] })).toEqual([
    'RunStarted 3',
    'Promoted 3',
    'RunStarted 2',
    'RolledBack 2',
  ])
})

test('who paused a run, and what an undecided one waits for, is Paused', () => {
  const paused = happeningsOfRollout(rollout({ phase: 'Paused', run: run(3, { paused: { since: at, by: 'anna', requestId: 'r-1' } }) })).at(
    -1,
  )
  expect(paused).toMatchObject({ event: 'Paused', by: 'anna', requestId: 'r-1', because: 'anna paused it' })
  const aborted = happeningsOfRollout(rollout({ phase: 'Healthy', history: [entry(3, 'Aborted', { by: 'anna', requestId: 'r-2' })] })).at(
    -1,
  )
  expect(aborted).toMatchObject({ event: 'Aborted', by: 'anna', requestId: 'r-2' })
  const step = { index: 0, kind: 'evidence', since: at }
  expect(eventsIn({ phase: 'Paused', run: run(3, { step }) })).toContain('Paused 3')
})

test('a beginning has one id, in mid-run and in the history', () => {
  const during = happeningsOfRollout(rollout({ phase: 'Progressing', run: run(3) }))[0]
  const after = happeningsOfRollout(rollout({ history: [entry(3, 'Promoted')] }))[0]
  expect(during?.id).toBe(after?.id)
})

test('a problem between runs is Degraded; that a version was rolled back is not told a second time', () => {
  const stalled = (reason: string) => ({
    phase: 'Degraded',
    conditions: [{ type: 'Stalled', status: 'True', reason, message: 'm', lastTransitionTime: at }],
  })
  expect(eventsIn(stalled('WorkloadMissing'))).toEqual(['Degraded'])
  expect(eventsIn(stalled('RolledBack'))).toEqual([])
})

test('a run that is stuck is Degraded, once', () => {
  const stuck = (reason: string, lastTransitionTime = at) => ({
    phase: 'Degraded',
    lastRun: 3,
    run: run(3, { stage: 'RollingBack' }),
    conditions: [{ type: 'Stalled', status: reason === 'Stuck' ? 'True' : 'False', reason, message: 'm', lastTransitionTime }],
  })
  expect(eventsIn(stuck('Stuck'))).toEqual(['RunStarted 3', 'Degraded 3'])
  expect(eventsIn(stuck('Aborted'))).toEqual(['RunStarted 3'])
})

test('a source tells when it is down, each time anew', () => {
  const source = (state: string, since: string): KubeObject => ({
    ...rollout({}),
    kind: 'MetricSource',
    status: { state, message: 'no answer', since },
  })
  expect(happeningsOfSource(source('Failing', at))).toEqual([])
  const [first] = happeningsOfSource(source('Down', at))
  const [second] = happeningsOfSource(source('Down', iso(Date.parse(at) + 1)))
  expect(first?.id).not.toBe(second?.id)
  expect(first && overOf(first, source('Down', at))).toBeUndefined()
  expect(first && overOf(first, source('Ready', at))).toBe('no answer')
})

test('a problem is over when the Rollout is Healthy, a later run was promoted, or it is gone', () => {
  const problem = { event: 'RolledBack' as const, id: 'u-1/2/RolledBack', run: 2 }
  expect(overOf(problem, rollout({ phase: 'Degraded', history: [entry(2, 'RolledBack')] }))).toBeUndefined()
  expect(overOf(problem, rollout({ phase: 'Progressing', run: run(3) }))).toBeUndefined()
  expect(overOf(problem, rollout({ phase: 'Progressing', history: [entry(3, 'Promoted'), entry(2, 'RolledBack')] }))).toContain('run 3')
  expect(overOf(problem, rollout({ phase: 'Healthy' }))).toBe('fine')
  expect(overOf(problem, undefined)).toBe('it was deleted')
})

test('waiting is over when it waits no more', () => {
  const waits = rollout({ phase: 'Paused', run: run(3) })
  const problem = happeningsOfRollout(waits).find(({ event }) => event === 'WaitingForApproval')
  expect(problem && overOf(problem, waits)).toBeUndefined()
  expect(
    problem && overOf(problem, rollout({ phase: 'Progressing', run: run(3, { step: { index: 2, kind: 'weight', since: at } }) })),
  ).toBe('fine')
})

const anyStatus = fc.record({
  phase: fc.constantFrom('Healthy', 'Progressing', 'Paused', 'Degraded'),
  history: fc
    .uniqueArray(
      fc.tuple(fc.integer({ min: 1, max: 20 }), fc.constantFrom('Promoted' as const, 'RolledBack' as const, 'Aborted' as const)),
      {
        selector: ([id]) => id,
        maxLength: 10,
      },
    )
    .map((runs) => runs.map(([id, result]) => entry(id, result))),
  run: fc.option(
    fc.integer({ min: 21, max: 30 }).map((id) => run(id)),
    { nil: undefined },
  ),
})

test('whatever a status shows, each thing has an id of its own, and the same one again', () => {
  fc.assert(
    fc.property(anyStatus, (status) => {
      const ids = happeningsOfRollout(rollout(status)).map(({ id }) => id)
      expect(new Set(ids).size).toBe(ids.length)
      expect(happeningsOfRollout(rollout(structuredClone(status))).map(({ id }) => id)).toEqual(ids)
      expect(happeningsOfRollout(rollout(status, 'u-2')).some(({ id }) => ids.includes(id))).toBe(false)
    }),
  )
})

test('whatever a status shows of an instant or later, it stirred since then', () => {
  fc.assert(
    fc.property(anyStatus, fc.integer({ min: -120_000, max: 120_000 }), (status, shift) => {
      const since = Date.parse(at) + shift
      const seen = rollout(status)
      if (happeningsOfRollout(seen).some((one) => Date.parse(one.at) >= since)) expect(stirredSince(seen, since)).toBe(true)
    }),
  )
  expect(stirredSince(rollout({ history: [entry(1, 'Promoted')] }), Date.parse(at) + 3_600_000)).toBe(false)
})

test('names of Notifications differ by event, run, Rollout and Notifier, and fit Kubernetes', () => {
  const one = notifier(specs.webhook)
  const other = { ...one, metadata: { ...one.metadata, uid: 'n-2' } }
  const long = { ...rollout({ history: [entry(3, 'Promoted'), entry(2, 'RolledBack')] }) }
  long.metadata = { ...long.metadata, name: 'x'.repeat(253) }
  const names = [one, other].flatMap((to) => happeningsOfRollout(long).map((what) => notificationOf(to, 'shop', what).metadata.name))
  expect(new Set(names).size).toBe(8)
  for (const name of names) expect(name).toMatch(/^[a-z0-9]([-a-z0-9]{0,251}[a-z0-9])?$/)
})

test('who hears of what', () => {
  const web = rollout({})
  expect(hears(notifier(specs.webhook), web)).toBe(true)
  expect(hears(notifier(specs.webhook, 'other'), web)).toBe(false)
  expect(hears(notifier(specs.webhook, null), web)).toBe(true)
  expect(hears(notifier({ ...specs.webhook, namespaces: ['other'] }, null), web)).toBe(false)
  expect(hears(notifier({ ...specs.webhook, rollouts: { names: ['api'] } }), web)).toBe(false)
  expect(hears(notifier({ ...specs.webhook, rollouts: { matchLabels: { team: 'shop' } } }), web)).toBe(true)
  expect(hears(notifier({ ...specs.webhook, rollouts: { matchLabels: { team: 'pay' } } }), web)).toBe(false)
})

test('what is an hour old, or older than the Notifier, is not told', () => {
  const now = Date.parse(at)
  const promoted = { event: 'Promoted' as const, at }
  const own = notifier(specs.webhook)
  const born = (when: number): KubeObject => ({ ...own, metadata: { ...own.metadata, creationTimestamp: new Date(when).toISOString() } })
  expect(wants(own, promoted, now)).toBe(true)
  expect(wants(own, promoted, now + freshMs + 1)).toBe(false)
  expect(wants(born(now + 1_000), promoted, now + 2_000)).toBe(false)
  expect(wants(own, { ...promoted, at: 'never' }, now)).toBe(false)
  expect(wants(notifier({ ...specs.webhook, events: ['Aborted'] }), promoted, now)).toBe(false)
  expect(wants(notifier(specs.pagerDuty), promoted, now)).toBe(false)
})

test('incidents are closed whatever the Notifier lists; others hear of an end if they want Recovered', () => {
  expect(opensFor(notifier({ ...specs.pagerDuty, events: ['WaitingForApproval'] }), 'WaitingForApproval')).toBe(true)
  expect(opensFor(notifier(specs.teams), 'RolledBack')).toBe(true)
  expect(opensFor(notifier(specs.teams), 'WaitingForApproval')).toBe(false)
  expect(opensFor(notifier({ ...specs.teams, events: ['RolledBack'] }), 'RolledBack')).toBe(false)
})
