import { expect, it } from 'vitest'
import type { MetricView } from '../../../../controller/src/server/dto/evidence.ts'
import { differenceText } from './difference.ts'

const metric = (baseline: number | undefined, canary: number | undefined, unit?: string): MetricView => ({
  name: 'm',
  form: 'ratio',
  verdict: 'Running',
  because: '',
  gate: true,
  dryRun: false,
  ...(unit === undefined ? {} : { unit }),
  canary: canary === undefined ? {} : { value: canary },
  baseline: baseline === undefined ? {} : { value: baseline },
})

it('shares differ by percentage points, other values by their unit, with a sign', () => {
  expect(differenceText(metric(0.0012, 0.0201, 'share'))).toBe('+1.89 pp')
  expect(differenceText(metric(0.5, 0.25, 'share'))).toBe('−25 pp')
  expect(differenceText(metric(0.208, 0.219, 'seconds'))).toMatch(/^\+11 ms$/)
  expect(differenceText(metric(1, 1, 'share'))).toBe('±0 pp')
})

it('without one of the sides there is no difference', () => {
  expect(differenceText(metric(undefined, 1))).toBeUndefined()
  expect(differenceText(metric(1, undefined))).toBeUndefined()
})
