import { expect, test } from 'vitest'
import { iso } from '../api/fields.ts'
import { notAhead } from './clocks.ts'
import { plan } from './plan.ts'
import { at, setObject, world } from './testing/observed.ts'
import { rested, sceneOf } from './testing/run.ts'

const noted = (ms: number) => ({
  stageSince: iso(at + ms),
  step: { index: 0, kind: 'pause', since: iso(at + ms) },
  weight: { wanted: 20, actual: 20, since: iso(at + ms), confirmedAt: iso(at + ms) },
})

test('what a controller noted whose clock is ahead happened now, and what happened before stays when it was', () => {
  const o = world({ image: 'v2', held: true })
  const statusOf = (ms: number) => ({ ...rested, run: sceneOf(o, { run: noted(ms) }).run })
  expect(notAhead(statusOf(30_000), at).run).toMatchObject(noted(0))
  expect(notAhead(statusOf(-1), at)).toEqual(statusOf(-1))
  expect(notAhead(rested, at)).toBe(rested)
})

test('a pause that was begun by a clock ahead lasts no longer than it says', () => {
  const spec = { canary: { steps: [{ pause: { for: '10s' } }] } }
  const sets = [
    setObject('web-one', 'v1', { owner: 'workload', replicas: 4 }),
    setObject('web-two', 'v2', { owner: 'rollout', replicas: 1 }),
  ]
  const seen = world({ spec, image: 'v2', held: true, sets })
  const { run } = sceneOf(seen, { run: { mode: 'Pods', stage: 'Stepping', ...noted(30_000) } })
  const first = plan({ ...seen, rollout: { ...seen.rollout, status: { ...rested, run } } }, at)
  expect(first.status.run?.step?.since).toBe(iso(at))
  expect(first.recheckAt).toBe(at + 10_000)
})
