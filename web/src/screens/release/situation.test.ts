import { expect, test } from 'vitest'
import type { ReleaseDetail } from '../../../../controller/src/server/dto/detail.ts'
import { ago } from '../../gallery/story.ts'
import { strings } from '../../strings.ts'
import { fresh, moving, old, resting, run } from './fixtures/release.ts'
import { situationOf, toneOf } from './situation.ts'

const said = (more: Partial<ReleaseDetail>) => situationOf({ ...moving, ...more })
const since = ago(3)

test('what a person must do comes before what goes on by itself', () => {
  expect(said({})).toBe('waiting')
  expect(said({ run: { ...run, waiting: undefined } })).toBe('stepping')
  expect(said({ run: { ...run, stage: 'Starting', waiting: undefined } })).toBe('starting')
  expect(said({ attention: { kind: 'Approval', since } })).toBe('approval')
  expect(said({ attention: { kind: 'Decision', since } })).toBe('decision')
  expect(said({ attention: { kind: 'NoData', since } })).toBe('noData')
  expect(said({ attention: { kind: 'Stuck', since }, run: { ...run, stage: 'Promoting' } })).toBe('stuck')
  expect(said({ attention: { kind: 'Approval', since }, run: { ...run, paused: { by: 'anna', since } } })).toBe('paused')
})

test('a run that goes back is told before everything else', () => {
  expect(said({ attention: { kind: 'Stuck', since }, run: { ...run, stage: 'RollingBack', paused: { by: 'anna', since } } })).toBe(
    'rollingBack',
  )
})

test('between runs', () => {
  const rest = (more: Partial<ReleaseDetail>) => situationOf({ ...resting, ...more })
  expect(rest({})).toBe('healthy')
  expect(rest({ phase: 'Degraded' })).toBe('degraded')
  expect(rest({ phase: 'Degraded', refused: { because: 'bad', result: 'RolledBack' } })).toBe('refused')
  expect(rest({ phase: 'Unknown', stable: undefined })).toBe('unseen')
  expect(rest({ attention: { kind: 'Failed', since } })).toBe('degraded')
})

test('every situation has a heading and a tone', () => {
  for (const stage of ['Starting', 'Stepping', 'Promoting', 'RollingBack'] as const)
    for (const kind of ['Approval', 'Decision', 'Stuck', 'NoData', 'Paused', 'RolledBack', 'Failed'] as const) {
      const situation = said({ attention: { kind, since }, run: { ...run, stage, from: old, to: fresh } })
      expect(strings.release.why[situation]).toBeTruthy()
      expect(toneOf(situation)).toBeTruthy()
    }
})
