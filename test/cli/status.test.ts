import { describe, expect, test } from 'vitest'
import type { RolloutStatus } from '../../controller/src/api/rolloutStatus.ts'
import { type Bench, bench } from './bench.ts'
import { statuses } from './statuses.ts'

/** checkout is stable at v1, and v2 was just applied: held, and not seen by any controller. */
function changed(): { b: Bench; its: ReturnType<typeof statuses> } {
  const b = bench()
  b.rollout('checkout', 'v1')
  const its = statuses(b)
  b.report('checkout', its.healthy)
  b.setImage('checkout', 'v2')
  return { b, its }
}

describe('status --watch', () => {
  test('waits for a controller that has not seen the change, then for its run: 0 when promoted', async () => {
    const { b, its } = changed()
    const { code, out } = await b.serin('status checkout --watch', {
      meanwhile(ms) {
        if (ms === 19_500) b.report('checkout', its.running)
        if (ms === 60_000) {
          b.report('checkout', its.promoted)
          b.setImage('checkout', 'v2', false)
        }
      },
    })
    expect(code).toBe(0)
    expect(out.split('\n')).toEqual([
      '0s     the controller has not started the present template yet',
      '20s    run 1: step 2/2 pause, weight 25 %, waiting for somebody to promote it',
      'Healthy: v2hash (checkout:v2) was promoted by run 1',
      '',
    ])
  })

  test('1 with the reason when it is rolled back', async () => {
    const { b, its } = changed()
    const { code, err } = await b.serin('status checkout -w', { meanwhile: (ms) => ms === 5000 && b.report('checkout', its.rolledBack) })
    expect(code).toBe(1)
    expect(err).toBe('RolledBack: rolled back: 5xx rose\n')
  })

  test('2 when the time is up, after exactly that time, with a way to learn more', async () => {
    const { b, its } = changed()
    b.report('checkout', its.running)
    const began = b.clock.now()
    const { code, err } = await b.serin('status checkout -w --timeout 1m30s')
    expect(code).toBe(2)
    expect(b.clock.now() - began).toBeLessThanOrEqual(91_000)
    expect(err).toContain('timed out after 1m30s: run 1: step 2/2')
    expect(err).toContain('serin explain checkout -n shop')
  })

  test('an API server that is away for a while is no verdict', async () => {
    const { b, its } = changed()
    const { code, out } = await b.serin('status checkout -w', {
      meanwhile(ms) {
        if (ms === 2000) b.server.restart(5000)
        if (ms === 10_000) b.report('checkout', its.promoted)
      },
    })
    expect(code).toBe(0)
    expect(out).toContain('trying again')
  })

  test('trouble counts when it lasts, not when it is put right', async () => {
    const { b, its } = changed()
    const stalled = {
      type: 'Stalled',
      status: 'True',
      reason: 'ServiceMissing',
      message: 'Service x does not exist',
      lastTransitionTime: '',
    } as const
    const troubled: RolloutStatus = { ...its.healthy, phase: 'Degraded', conditions: [stalled] }
    b.report('checkout', troubled)
    const mended = await b.serin('status checkout -w', { meanwhile: (ms) => ms === 20_000 && b.report('checkout', its.promoted) })
    expect(mended.code).toBe(0)
    b.report('checkout', troubled)
    expect(await b.serin('status checkout -w')).toMatchObject({ code: 1, err: 'Degraded: ServiceMissing: Service x does not exist\n' })
  })
})

test('without --watch it looks once: 0, 1 or 2', async () => {
  const { b, its } = changed()
  expect((await b.serin('status checkout')).code).toBe(2)
  b.report('checkout', its.rolledBack)
  expect((await b.serin('status checkout')).code).toBe(1)
  b.report('checkout', its.promoted)
  expect((await b.serin('status checkout')).code).toBe(0)
})

test('-o json is one object with result and exit code; progress goes to standard error', async () => {
  const { b, its } = changed()
  const { out, err } = await b.serin('status checkout -w -o json', {
    meanwhile: (ms) => ms === 5000 && b.report('checkout', its.rolledBack),
  })
  expect(JSON.parse(out)).toMatchObject({ name: 'checkout', result: 'RolledBack', exitCode: 1 })
  expect(err).toContain('the controller has not started')
})

test('3 for a Rollout that is not there and for a time-out that is no duration', async () => {
  const { b } = changed()
  expect((await b.serin('status nothing -w')).code).toBe(3)
  const { code, err } = await b.serin('status checkout -w --timeout 10')
  expect(code).toBe(3)
  expect(err).toContain('--timeout 10 is not a duration')
})
