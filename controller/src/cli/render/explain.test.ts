import { describe, expect, test } from 'vitest'
import { ago, deployment, entry, inRun, now, plain, rollout, snapshot, stalled, status, version } from '../testing/fixtures.ts'
import { explain, explanationView } from './explain.ts'

const said = (...args: Parameters<typeof snapshot>) => explain(snapshot(...args), now, ' -n shop')
const commands = (...args: Parameters<typeof snapshot>) => said(...args).next.map(({ command }) => command)

test('a pause for a person: what is known, what it waits for and the exact commands', () => {
  expect(explanationView(plain, said(inRun(), 'v2')).join('\n')).toMatchInlineSnapshot(`
    "Run 7 releases v2hash (checkout:v2) over v1hash (checkout:v1); it was started 12m ago by a changed
    template, and routes move the traffic.
    It is at step 2 of 4, "pause until somebody promotes", since 9m. The new version carries 10 % of the
    traffic, confirmed 9m ago.
    It waits for somebody to promote it: step 2 is a pause without an end: serin promote checkout (since
    9m).

    What you can do:
      serin promote checkout -n shop         ends this pause now and takes the next step
      serin promote checkout --full -n shop  leaves out all steps that are left
      serin pause checkout -n shop           stops here until resumed
      serin abort checkout -n shop           takes the traffic back to stable and ends the run
      serin get checkout -w -n shop          watches it"
  `)
})

describe('what can be done', () => {
  test('promote is offered at a pause only: elsewhere it would be refused', () => {
    expect(commands(inRun(), 'v2')).toContain('serin promote checkout -n shop')
    expect(commands(inRun({ step: { index: 2, kind: 'weight', since: '' } }), 'v2')).not.toContain('serin promote checkout -n shop')
  })
  test('a paused run can be resumed', () => {
    expect(commands(inRun({ paused: { since: '', by: 'anna' } }), 'v2')).toContain('serin resume checkout -n shop')
  })
  test('a run that goes back can only be watched', () => {
    expect(commands(inRun({ stage: 'RollingBack', outcome: { result: 'RolledBack', because: 'x' } }), 'v2')).toEqual([
      'serin get checkout -w -n shop',
    ])
  })
  test('what comes after a run that goes back need not wait for it', () => {
    const goingBack = inRun({ stage: 'RollingBack', outcome: { result: 'Superseded', because: 'a newer template came' } })
    expect(commands(goingBack, 'v3')).toEqual(['serin get checkout -w -n shop', 'serin release checkout --reason "..." -n shop'])
  })
  test('a run that is stuck says over what, and names the way out', () => {
    const stuckAt = (stage: 'RollingBack' | 'Promoting') => {
      const waiting = { for: 'pods', because: 'they are missing', since: ago(9), stuck: 'pods do not come back: CrashLoopBackOff' }
      return said(inRun({ stage, waiting, step: undefined }), 'v2')
    }
    expect(stuckAt('RollingBack').waiting).toContain('It is stuck: pods do not come back: CrashLoopBackOff.')
    expect(stuckAt('RollingBack').next.map(({ command }) => command)).toContain('serin release checkout --reason "..." -n shop')
    expect(stuckAt('Promoting').next.map(({ command }) => command)).toEqual([
      'kubectl rollout undo deployment/checkout -n shop',
      'serin get checkout -w -n shop',
    ])
  })
  test('what is measured after the switch need not be waited for', () => {
    const analysis = { name: 'checkout-7-after', stage: 'After' as const, phase: 'Inconclusive' as const, message: 'undecided' }
    expect(commands(inRun({ stage: 'Promoting', step: undefined, analysis }), 'v2')).toContain('serin promote checkout -n shop')
  })
  test('a paused Rollout can be unpaused', () => {
    const its = snapshot(inRun(), 'v2')
    const paused = { ...its, rollout: { ...its.rollout, spec: { ...its.rollout.spec, paused: true } } }
    expect(explain(paused, now, '').next[0]?.command).toContain('{"spec":{"paused":false}}')
  })
})

test('a refused template: why, and retry, undo or break-glass', () => {
  const refused = status({
    phase: 'Degraded',
    refused: { template: version('v2').template, because: '5xx rose', result: 'RolledBack' },
    conditions: [stalled('RolledBack', 'v2 is held')],
    history: [entry(7, 'v2', 'RolledBack', '5xx rose')],
  })
  const { known, next } = explain({ ...snapshot(refused, 'v2'), workload: deployment('v2', true) }, now, '')
  expect(known.join(' ')).toContain('because: 5xx rose. Run 7 ended 50m ago.')
  expect(next.map(({ command }) => command)).toEqual([
    'serin retry checkout',
    'serin undo checkout',
    'serin release checkout --reason "..."',
  ])
})

test('trouble is said in its own words', () => {
  const { known, waiting } = said(
    status({ phase: 'Degraded', conditions: [stalled('ServiceMissing', 'Service checkout does not exist')] }),
    'v2',
  )
  expect(known.join(' ')).toContain('ServiceMissing: Service checkout does not exist.')
  expect(waiting).toEqual(['It waits for that to be put right.'])
})

describe('a template that no controller has looked at', () => {
  const outage = (workload = deployment('v2', true)) => explain({ ...snapshot(status(), 'v2'), workload }, now, '')
  const written = (minutes: number, fieldsV1: object) => ({ manager: 'ci', time: ago(minutes), fieldsV1 })
  const template = { 'f:spec': { 'f:template': { 'f:spec': {} } } }

  test('is said to be held, instead of what the controller last knew', () => {
    const { known, next } = outage()
    expect(known.join(' ')).toContain('The change is held, the stable pods serve, and no controller has looked at it yet.')
    expect(known.join(' ')).not.toContain('v1 serves')
    expect(next.map(({ command }) => command).join()).toContain('kubectl get lease serin -n serin-system')
  })
  test('since its template was last written, whatever else was written later', () => {
    const workload = deployment('v2', true)
    const managedFields = [written(9, template), written(4, template), written(1, { 'f:spec': { 'f:replicas': {} } })]
    expect(outage({ ...workload, metadata: { ...workload.metadata, managedFields } }).known.join(' ')).toContain('is held since 4m,')
  })
  test('since it was held, where nobody noted who writes', () => {
    const conditions = [{ type: 'Progressing', status: 'Unknown', reason: 'DeploymentPaused', lastUpdateTime: ago(3) }]
    expect(outage({ ...deployment('v2', true), status: { conditions } }).known.join(' ')).toContain('is held since 3m,')
  })
  test('rolls out natively when it is not held', () => {
    expect(outage(deployment('v2')).known.join(' ')).toContain('not held: the native rolling update takes it, and no controller')
  })
})

test('what a controller said of a held template stays', () => {
  const waiting = status({ phase: 'Progressing', message: 'a changed template is held: the previous run comes first' })
  expect(explain({ ...snapshot(waiting, 'v2'), workload: deployment('v2', true) }, now, '').known.join(' ')).toContain(
    'a changed template is held: the previous run comes first.',
  )
})

test('a template that no run has begun for waits for the controller', () => {
  expect(said(status(), 'v2').waiting.join()).toContain('for the controller to begin')
})

test('healthy waits for nothing', () => {
  expect(said(status(), 'v1').waiting).toEqual(['It waits for nothing but a changed template.'])
})

test('no status, no workload', () => {
  expect(said(undefined).waiting).toEqual(['It waits for the controller.'])
  expect(explain({ rollout: rollout(status()), workload: undefined, sets: [], pods: [] }, now, '').known.join()).toContain(
    'There is no Deployment checkout',
  )
})
