import { expect, test } from 'vitest'
import { ago, storyNow } from '../../gallery/story.ts'
import { checksOf } from './checks.ts'
import { analysis } from './fixtures/evidence.ts'
import { moving, resting, run } from './fixtures/release.ts'

const found = (...given: Parameters<typeof checksOf>) => Object.fromEntries(checksOf(...given).map((check) => [check.id, check]))

test('capacity and route are in order when what is there is what was wanted', () => {
  const checks = found(moving, analysis, storyNow)
  expect(checks['capacity canary']?.state).toBe('ok')
  expect(checks.route?.state).toBe('ok')
  expect(checks.route?.text).toContain('HTTPRoute web')
})

test('pods that are missing and a weight that is not confirmed are not yet', () => {
  const checks = found(
    {
      ...moving,
      arms: [{ arm: 'canary', version: run.to, replicas: 4, available: 1 }],
      run: { ...run, weight: { wanted: 20, actual: 5 } },
      routes: [],
    },
    undefined,
    storyNow,
  )
  expect(checks['capacity canary']).toMatchObject({ state: 'open', text: '1 of 4 pods of the new version available' })
  expect(checks.route?.state).toBe('open')
  expect(checks.route?.text).toContain('20 % wanted, 5 % confirmed')
})

test('without routes the weight is told by what shifts it: pods, or the Service of blue/green', () => {
  const none = { ...moving, routes: [] }
  expect(found(none, undefined, storyNow).route?.text).toContain('(by the number of pods)')
  expect(found({ ...none, strategy: 'blueGreen', service: 'search' }, undefined, storyNow).route?.text).toContain(
    '(Service search, switched at once)',
  )
})

test('the deadline is a note before it passes, and wrong after', () => {
  expect(found(moving, analysis, storyNow).deadline?.state).toBe('note')
  expect(found(moving, { ...analysis, deadlineAt: ago(1) }, storyNow).deadline?.state).toBe('bad')
  expect(found(moving, { ...analysis, endedAt: ago(1) }, storyNow).deadline).toBeUndefined()
})

test('what keeps it from measuring is told with its kind, a remark is no trouble', () => {
  const problems = [
    { what: 'errors', kind: 'SourceDown', because: 'timeout', since: ago(3) },
    { what: 'errors', kind: 'Remark', because: 'errors: buckets are joined', since: ago(3) },
  ]
  const checks = checksOf(moving, { ...analysis, problems }, storyNow)
  expect(checks.filter(({ state }) => state === 'bad').map(({ text }) => text)).toEqual(['errors: timeout'])
  expect(checks.find(({ what }) => what === 'Remark')).toMatchObject({ state: 'note', text: 'errors: buckets are joined' })
})

test('evidence that nobody looks at any more is wrong, and so is a waiting that should be over', () => {
  expect(found(moving, { ...analysis, through: ago(2) }, storyNow).looks?.state).toBe('bad')
  expect(found(moving, { ...analysis, through: ago(0.5) }, storyNow).looks).toBeUndefined()
  expect(found(moving, { ...analysis, through: ago(9), phase: 'Pass' }, storyNow).looks).toBeUndefined()
  const waits = (until: string) =>
    found({ ...moving, run: { ...run, waiting: { for: 'a', because: 'b', since: ago(9), until } } }, undefined, storyNow).until
  expect(waits(ago(0.5))?.state).toBe('open')
  expect(waits(ago(5))?.state).toBe('bad')
})

test('between runs there is nothing to check', () => expect(checksOf(resting, analysis, storyNow)).toEqual([]))
