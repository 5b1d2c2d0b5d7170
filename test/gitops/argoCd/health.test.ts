import { beforeAll, describe, expect, test, vi } from 'vitest'
import { AnalysisPhase } from '../../../controller/src/api/analysisWords.ts'
import { MetricSourceStatus } from '../../../controller/src/api/metricSource.ts'
import { RolloutCommandStatus } from '../../../controller/src/api/rolloutCommand.ts'
import type { Json } from '../../cluster/apiClient.ts'
import { type Course, courses } from '../courses.ts'
import { recorded } from '../recorded.ts'
import { argoCdScripts, type Scripts } from './lua.ts'
import { healthScript } from './settings.ts'

vi.setConfig({ testTimeout: 120_000 })

let scripts: Scripts
beforeAll(async () => {
  scripts = await argoCdScripts()
})

const healthOf = (object: Json): Json => scripts.run(healthScript(object.kind), object)

/** How the health of all objects of a kind changed over a course. */
async function healthOver(course: Course, kind: string): Promise<string[]> {
  const seen = (await recorded(courses[course])).filter((object) => object.kind === kind).map(healthOf)
  for (const { message } of seen) expect(message).toMatch(/\S/)
  return seen.map(({ status }) => status).filter((status, at, all) => status !== all[at - 1])
}

describe('a Rollout', () => {
  const over: Record<Course, string[]> = {
    promoted: ['Progressing', 'Healthy', 'Progressing', 'Healthy'],
    reapplied: ['Progressing', 'Healthy', 'Progressing', 'Healthy'],
    rolledBack: ['Progressing', 'Healthy', 'Progressing', 'Degraded'],
    waitsForPeople: ['Progressing', 'Healthy', 'Progressing', 'Suspended', 'Progressing', 'Suspended', 'Progressing', 'Degraded'],
    superseded: ['Progressing', 'Healthy', 'Progressing', 'Suspended', 'Progressing', 'Suspended', 'Progressing', 'Healthy'],
    undone: ['Progressing', 'Healthy', 'Progressing', 'Healthy', 'Progressing', 'Healthy'],
    misconfigured: ['Progressing', 'Degraded', 'Healthy'],
    paused: ['Progressing', 'Healthy', 'Suspended', 'Progressing', 'Healthy'],
    evidence: ['Progressing', 'Healthy', 'Progressing', 'Degraded'],
  }
  test.each(Object.entries(over))('%s', async (course, healths) => {
    expect(await healthOver(course as Course, 'Rollout')).toEqual(healths)
  })

  test('whose spec the controller has not seen yet is progressing, whatever it was before', async () => {
    const unseen = (await recorded(courses.paused)).filter(
      ({ kind, metadata, status }) => kind === 'Rollout' && status && status.observedGeneration !== metadata.generation,
    )
    expect(unseen.length).toBeGreaterThan(0)
    for (const rollout of unseen) expect(healthOf(rollout).status).toBe('Progressing')
  })

  test('says what it waits for, and why', async () => {
    const waiting = (await recorded(courses.waitsForPeople)).find(({ kind, status }) => kind === 'Rollout' && status?.phase === 'Paused')
    const { for: what, because } = waiting?.status.run.waiting ?? {}
    expect(healthOf(waiting).message).toContain(what)
    expect(healthOf(waiting).message).toContain(because)
  })

  test('that went back says why', async () => {
    const last = (await recorded(courses.rolledBack)).findLast(({ kind }) => kind === 'Rollout')
    expect(healthOf(last).message).toContain('0 of 1 pod of the new version became available within 5s')
  })
})

test('an AnalysisRun that finds harm goes from Progressing to Degraded', async () => {
  expect(await healthOver('evidence', 'AnalysisRun')).toEqual(['Progressing', 'Degraded'])
})

test('a command is progressing until it is answered', async () => {
  expect((await healthOver('undone', 'RolloutCommand')).slice(0, 2)).toEqual(['Progressing', 'Healthy'])
})

test('every word that a status can have is known', () => {
  const known = (kind: string, field: string, words: readonly string[]) =>
    Object.fromEntries(words.map((word) => [word, healthOf({ kind, status: { [field]: word, message: 'so' } }).status]))
  expect(known('AnalysisRun', 'phase', AnalysisPhase.options)).toEqual({
    Pending: 'Progressing',
    Running: 'Progressing',
    Pass: 'Healthy',
    Fail: 'Degraded',
    Inconclusive: 'Suspended',
    Error: 'Degraded',
    Stopped: 'Healthy',
  })
  expect(known('RolloutCommand', 'phase', RolloutCommandStatus.shape.phase.options)).toEqual({
    Pending: 'Progressing',
    Done: 'Healthy',
    Refused: 'Degraded',
  })
  for (const kind of ['MetricSource', 'ClusterMetricSource'])
    expect(known(kind, 'state', MetricSourceStatus.shape.state.options)).toEqual({
      Unused: 'Healthy',
      Ready: 'Healthy',
      Failing: 'Progressing',
      Down: 'Degraded',
    })
})

test.each(['Rollout', 'AnalysisRun', 'RolloutCommand', 'MetricSource', 'ClusterMetricSource'])(
  'a %s without a status has a health',
  (kind) => {
    expect(['Progressing', 'Healthy']).toContain(healthOf({ kind, metadata: { generation: 1 } }).status)
  },
)

describe('the interpreter takes only what Argo CD takes', () => {
  test.each([
    ['Lua 5.3', 'return 7 // 2'],
    ['goto', 'goto past ::past:: return {}'],
    ['the string library', "return { string.upper('a') }"],
    ['methods of strings', "return { ('a'):upper() }"],
    ['the math library', 'return { math.floor(1.5) }'],
    ['programs', "return { os.execute('true') }"],
  ])('not %s', (_, script) => {
    expect(() => scripts.run(script, {})).toThrow()
  })
})
