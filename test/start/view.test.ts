import { describe, expect, test } from 'vitest'
import type { RolloutStatus } from '../../controller/src/api/rolloutStatus.ts'
import { story } from '../../scripts/start/story.ts'
import { demoView, type ServiceView } from '../../scripts/start/view.ts'

const now = Date.parse('2026-01-01T12:00:00Z')
const look = { colour: false, unicode: true, columns: 0 }
const version = (tag: string) => ({ hash: `hash-${tag}`, template: tag, set: `checkout-${tag}`, images: [`checkout:${tag}`] })

const resting: RolloutStatus = {
  phase: 'Healthy',
  message: 'checkout:v1 serves',
  conditions: [],
  stable: { ...version('v1'), since: '2026-01-01T11:00:00Z' },
  history: [],
  lastRun: 0,
  answers: [],
}

type Run = NonNullable<RolloutStatus['run']>

function inRun(changes: Partial<Run>): RolloutStatus {
  const run: Run = {
    id: 1,
    startedAt: '2026-01-01T11:59:00Z',
    trigger: 'Template',
    from: version('v1'),
    to: version('v3'),
    mode: 'Routes',
    reuse: false,
    discarded: [],
    shifts: [],
    fast: false,
    spec: {},
    originals: { routes: [] },
    stage: 'Stepping',
    stageSince: '2026-01-01T11:59:00Z',
    step: { index: 3, kind: 'pause', since: '2026-01-01T11:59:50Z' },
    steps: 6,
    weight: { wanted: 25, actual: 25 },
    waiting: { for: 'a pause of 20s to end', because: 'step 4 says so', since: '2026-01-01T11:59:50Z', until: '2026-01-01T12:00:10Z' },
    ...changes,
  }
  return { ...resting, phase: 'Progressing', message: 'releasing checkout:v3', run, lastRun: 1 }
}

const traffic = [
  { version: 'v1', requests: 150, perSecond: 30, errorShare: 0, meanMs: 21.4 },
  { version: 'v3', requests: 50, perSecond: 10, errorShare: 0.06, meanMs: 20 },
]

describe('the live view', () => {
  test('shows versions, step, weight, requests by version with errors, and what is waited for', () => {
    const services: ServiceView[] = [
      { name: 'checkout', status: inRun({}), traffic },
      { name: 'search', status: resting, traffic: [{ version: '', requests: 5, perSecond: 1, errorShare: 1, meanMs: undefined }] },
      { name: 'mail', status: undefined, traffic: [] },
    ]
    expect(demoView(look, services, now)).toEqual([
      'shop at 12:00:00 UTC',
      '',
      'checkout  Progressing  v1 → v3  step 4/6  █████░░░░░░░░░░░░░░░ 25 %',
      '          v1         30.0/s    0.0 % errors     21 ms',
      '          v3         10.0/s    6.0 % errors     20 ms',
      '          waits for a pause of 20s to end, 10s to go',
      '',
      'search    Healthy      v1',
      '          (none)      1.0/s  100.0 % errors',
      '          checkout:v1 serves',
      '',
      'mail      Unknown',
      '          the controller has not looked at it yet',
    ])
  })

  test('says why it goes back', () => {
    const outcome = { result: 'Aborted' as const, because: 'anna aborted it' }
    const lines = demoView(look, [{ name: 'checkout', status: inRun({ stage: 'RollingBack', outcome }), traffic: [] }], now)
    expect(lines.at(-1)?.trim()).toBe('going back: anna aborted it; waits for a pause of 20s to end')
  })

  test('fits a narrow terminal without colours or unicode', () => {
    const lines = demoView({ colour: false, unicode: false, columns: 40 }, [{ name: 'checkout', status: inRun({}), traffic }], now)
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(40)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the whole of ASCII is meant
    expect(lines.join('')).toMatch(/^[\x00-\x7f]*$/)
  })
})

describe('the story', () => {
  test('tells of a run, each thing once', () => {
    const started = inRun({ stage: 'Starting', step: undefined, waiting: undefined, weight: { wanted: 0, actual: 0 } })
    expect(story(resting, started)).toEqual(['run 1: v3 is held; it starts beside v1, without traffic'])
    expect(story(started, inRun({}))).toEqual([
      'the gateway confirms: 25 % of the requests go to v3',
      'step 4 of 6: waits for a pause of 20s to end',
    ])
    expect(story(inRun({}), inRun({}))).toEqual([])
    expect(story(inRun({}), inRun({ stage: 'Promoting', waiting: undefined }))).toEqual(['nothing is left to wait for: v3 takes over'])
  })

  test('tells how a run ended, and how the Rollout stands', () => {
    const ended = { id: 1, from: version('v1'), to: version('v3'), startedAt: '', endedAt: '' }
    const promoted: RolloutStatus = { ...resting, history: [{ ...ended, result: 'Promoted', because: 'every step was passed' }] }
    expect(story(inRun({}), promoted)).toEqual([
      'run 1 is over: v3 is the stable version now (every step was passed)',
      'healthy: checkout:v1 serves',
    ])
    const refused: RolloutStatus = {
      ...resting,
      phase: 'Degraded',
      message: 'checkout:v3 is held',
      history: [{ ...ended, result: 'Aborted', because: 'anna aborted it' }],
    }
    const goingBack = inRun({ stage: 'RollingBack', outcome: { result: 'Aborted', because: 'anna aborted it' } })
    expect(story(inRun({}), goingBack)).toEqual(['going back: anna aborted it'])
    expect(story({ ...goingBack, phase: 'Degraded' }, refused)).toEqual([
      'run 1 is over: v1 has all the traffic again, v3 is gone (anna aborted it)',
      'degraded: checkout:v3 is held',
    ])
  })
})
