import { expect, test } from 'vitest'
import { duration, grouped, times } from '../words.ts'
import { forecast } from './forecast.ts'

test.each([
  [15, '15 s'],
  [60, 'one minute'],
  [90, '90 s'],
  [540, '9 minutes'],
  [150, '2.5 minutes'],
  [3600, 'one hour'],
  [5340, '89 minutes'],
  [14_400, '4 hours'],
  [86_400, '24 hours'],
  [604_800, '7 days'],
])('%s s is %s', (seconds, text) => {
  expect(duration(seconds)).toBe(text)
})

test('numbers have commas and no more digits than they need', () => {
  expect([0.0123, 7, 12.6, 12_345, 1_234_567].map(grouped)).toEqual(['0.012', '7', '13', '12,300', '1,230,000'])
  expect([0, 1, 2].map((count) => times(count, 'release'))).toEqual(['0 releases', '1 release', '2 releases'])
})

test('releases in which it never happens count as later than all others', () => {
  const at = (intervals: number) => ({ intervals, requests: 10 * intervals })
  const rest = (count: number) => new Array<undefined>(count).fill(undefined)
  expect(forecast([at(3), at(1), at(2)], 60)).toEqual({ share: 1, median: 120, p90: 180, requests: { median: 20, p90: 30 } })
  expect(forecast([at(3), at(1), ...rest(2)], 60)).toEqual({ share: 0.5, median: 180, requests: { median: 30 } })
  expect(forecast([at(3), ...rest(3)], 60)).toEqual({ share: 0.25 })
  expect(forecast([], 60)).toEqual({ share: 0 })
})

test('without counted requests the forecast has times alone', () => {
  expect(forecast([{ intervals: 2, requests: undefined }], 30)).toEqual({ share: 1, median: 60, p90: 60 })
})
