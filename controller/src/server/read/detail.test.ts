import { describe, expect, test } from 'vitest'
import { RolloutSpec } from '../../api/rollout.ts'
import { RolloutStatus, type Run } from '../../api/rolloutStatus.ts'
import type { KubeObject } from '../../kube/types.ts'
import { aheadOf } from './ahead.ts'
import { commandView } from './commands.ts'
import { partsPlayed } from './detail.ts'
import { eventViews } from './events.ts'
import { podViews } from './pods.ts'
import { stepViews } from './steps.ts'

const time = '2026-01-01T00:00:00.000Z'
const version = (hash: string) => ({ hash, template: hash, set: `web-${hash}`, images: [`web:${hash}`] })
const spec = RolloutSpec.parse({
  workload: { name: 'web' },
  service: 'web',
  traffic: { routes: [{ kind: 'HTTPRoute', name: 'web' }] },
  canary: { steps: [{ weight: 20 }, { analyze: { templates: [{ name: 'http' }] } }, { weight: 50 }, { pause: { for: '5m' } }] },
  analysis: { templates: [{ name: 'http' }], onNoData: 'rollback' },
})
const status = (run: Partial<Run>, more: object = {}): RolloutStatus =>
  RolloutStatus.parse({
    phase: 'Progressing',
    message: '',
    stable: { ...version('one'), since: time },
    run: {
      id: 2,
      startedAt: time,
      trigger: 'Template',
      from: version('one'),
      to: version('two'),
      mode: 'Routes',
      spec,
      steps: 5,
      stage: 'Stepping',
      stageSince: time,
      ...run,
    },
    ...more,
  })
const states = (run: Partial<Run>) => stepViews(spec, status(run).run).map(({ state }) => state)
const step = (index: number, kind: string) => ({ index, kind, since: time })
const analysis = { name: 'web-2', stage: 'Background' as const, phase: 'Running' as const, message: '' }

describe('steps', () => {
  test.each<[string, Partial<Run>, string]>([
    ['at its start', { stage: 'Starting' }, 'next next next next next'],
    ['in the middle', { step: step(2, 'weight') }, 'done done now next next'],
    ['promoting', { stage: 'Promoting' }, 'done done done done done'],
    [
      'promoted in full from the second step',
      { stage: 'Promoting', fast: true, shifts: [{ weight: 20, at: time }] },
      'done skipped skipped skipped skipped',
    ],
    [
      'promoted without what is measured after the switch',
      { stage: 'Promoting', fast: true, analysis: { ...analysis, stage: 'After' } },
      'done done done done done',
    ],
    ['going back from the third', { stage: 'RollingBack', step: step(2, 'weight') }, 'done done skipped skipped skipped'],
    ['fast from the start', { stage: 'Starting', fast: true }, 'skipped skipped skipped skipped skipped'],
  ])('of a run %s', (_, run, expected) => {
    expect(states(run).join(' ')).toBe(expected)
  })

  test('of a run whose spec is of another version are none, and of no run those of the next', () => {
    expect(stepViews(spec, status({ steps: 9 }).run)).toEqual([])
    expect(stepViews(spec, status({ spec: { strange: true } }).run)).toEqual([])
    expect(stepViews(spec, undefined).map(({ kind, text, weight }) => `${kind} ${weight ?? ''} ${text}`)).toEqual([
      'weight 20 20 % of the traffic',
      'analyze  analysis by http',
      'weight 50 50 % of the traffic',
      'pause  pause of 5m',
      'evidence  evidence for the promotion',
    ])
  })
})

describe('what comes next', () => {
  const ahead = (run: Partial<Run>) => aheadOf(spec, status(run), 'web')
  test.each<[string, Partial<Run>, string]>([
    ['a weight', { step: step(0, 'weight') }, 'When 20 % is confirmed by the gateway, it is judged by http.'],
    ['an analysis', { step: step(1, 'analyze') }, 'When the analysis by http has passed, it goes to 50 % of the traffic.'],
    ['a pause', { step: step(3, 'pause') }, 'When the pause of 5m is over, it waits for evidence.'],
    ['the last step', { step: step(4, 'evidence') }, 'When every metric is surely within its margin, it is promoted.'],
    [
      'a pause by hand',
      { step: step(3, 'pause'), paused: { since: time, by: 'anna' } },
      'Nothing, until somebody resumes it. anna paused it.',
    ],
  ])('after %s', (_, run, good) => {
    expect(ahead({ ...run, analysis })?.good).toBe(good)
  })

  test('promoting', () => {
    expect(ahead({ stage: 'Promoting' })?.good).toBe(
      'The new version gets all traffic, and its pods become those of the workload; the old version stays warm for 30s or as long as requests need.',
    )
    expect(ahead({ stage: 'Promoting', mode: 'Pods' })?.good).toContain('then those of the old version go')
    expect(ahead({ stage: 'Promoting', spec: { ...spec, handOver: { at: 50 } } })?.good).toContain('own rolling update')
  })

  test('on harm and without data it does what the Rollout says', () => {
    expect(ahead({ step: step(1, 'analyze'), analysis })).toMatchObject({
      bad: 'On evidence of harm, or if its pods keep crashing, all traffic goes back to version one at once.',
      silent: expect.stringContaining('It is rolled back when evidence is due'),
    })
    expect(ahead({ step: step(0, 'weight') })?.silent).toBeUndefined()
    expect(ahead({ stage: 'RollingBack' })).toEqual({ good: expect.stringContaining('All traffic goes back to version one') })
    expect(aheadOf(spec, undefined, 'web')).toBeUndefined()
  })
})

test('arms: what each set does and its share; a fresh baseline has as much as the canary', () => {
  const baseline = { set: 'web-one-b2', hash: 'one-b2', replicas: 1, available: 1 }
  const shares = (of: RolloutStatus) => partsPlayed(of).map(({ arm, share, set }) => `${arm} ${share} ${set}`)
  expect(shares(status({ weight: { wanted: 20, actual: 20 }, baseline }))).toEqual([
    'canary 20 web-two',
    'baseline 20 web-one-b2',
    'stable 60 web-one',
  ])
  const { run: _, ...idle } = status({}, { kept: { version: version('zero'), until: time, from: 1, routed: true } })
  expect(shares(idle)).toEqual(['stable 100 web-one', 'kept 0 web-zero'])
})

const object = (kind: string, name: string, more: object): KubeObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, uid: name },
  ...more,
})

test('pods: whose each is, and why it is not ready', () => {
  const sets = [object('ReplicaSet', 'web-two', {}), object('ReplicaSet', 'web-one', {})]
  const pod = (name: string, set: string, podStatus: object, more: object = {}) =>
    object('Pod', name, {
      metadata: { name, ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: set, uid: set }], ...more },
      status: podStatus,
    })
  const ready = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }], containerStatuses: [{ restartCount: 2 }] }
  const crashing = {
    phase: 'Running',
    containerStatuses: [{ name: 'web', restartCount: 5, state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 5m' } } }],
  }
  const unscheduled = { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', message: '0/3 nodes: no cpu' }] }
  const views = podViews(
    [
      pod('a', 'web-one', ready),
      pod('b', 'web-two', crashing),
      pod('c', 'web-two', unscheduled),
      pod('d', 'other', ready),
      pod('e', 'web-one', ready, { deletionTimestamp: time }),
    ],
    sets,
    status({}),
  )
  expect(views.map(({ name, arm, phase, ready: is, restarts, message }) => [name, arm, phase, is, restarts, message])).toEqual([
    ['b', 'canary', 'CrashLoopBackOff', false, 5, 'web: back-off 5m'],
    ['c', 'canary', 'Pending', false, 0, '0/3 nodes: no cpu'],
    ['a', 'stable', 'Running', true, 2, undefined],
    ['e', 'stable', 'Terminating', true, 2, undefined],
  ])
})

test('events: of these objects only, the newest first, at most 200, however they are written', () => {
  const event = (n: number, more: object = {}) =>
    object('Event', `e${n}`, {
      type: 'Normal',
      reason: 'Step',
      note: 'x',
      eventTime: new Date(n * 1000).toISOString(),
      regarding: { kind: 'Rollout', name: 'web', uid: 'u1' },
      ...more,
    })
  const old = event(0, { type: 'Warning', eventTime: null, deprecatedLastTimestamp: '2026-01-01T00:00:00Z', deprecatedCount: 7 })
  const views = eventViews(
    [...Array.from({ length: 300 }, (_, n) => event(n + 1)), old, event(999, { regarding: { uid: 'u2' } })],
    new Set(['u1']),
  )
  expect(views).toHaveLength(200)
  expect(views[0]).toMatchObject({ type: 'Warning', count: 7, at: '2026-01-01T00:00:00.000Z' })
  expect(views[1]?.at).toBe('1970-01-01T00:05:00.000Z')
})

test('commands: a name counts only where the API server stamps it', () => {
  const command = object('RolloutCommand', 'c', {
    spec: { rollout: 'web', action: 'pause', requestedBy: { username: 'anna' } },
    metadata: { name: 'c', annotations: { 'serin.dev/request-id': 'r1' } },
  })
  expect(commandView(command, true)).toMatchObject({ by: 'anna', requestId: 'r1', phase: 'Pending' })
  expect(commandView(command, false)?.by).toBeUndefined()
  expect(commandView(command, true, 'another')).toBeUndefined()
  expect(commandView({ ...command, spec: { rollout: 'web', action: 'explode' } }, true)).toBeUndefined()
})
