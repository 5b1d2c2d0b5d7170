import { expect, it } from 'vitest'
import type { StatisticsRow } from '../../../../controller/src/server/dto/statistics.ts'
import { csvOf } from './csv.ts'
import { byValue, csvRows, perWeekText, shareOr, spanOr } from './figures.ts'

const row = (more: Partial<StatisticsRow> = {}): StatisticsRow => ({
  key: 'shop/web',
  runs: 10,
  deployments: 8,
  perWeek: 1.8666,
  leadTime: 1500,
  failureRate: 0.2,
  timeToRestore: null,
  ...more,
})

it('what was not measured is said, and is not a zero', () => {
  expect([spanOr(null), shareOr(null)]).toEqual(['none', 'none'])
  expect([spanOr(0), shareOr(0)]).toEqual(['0 s', '0 %'])
  expect([spanOr(1500), shareOr(0.2), shareOr(0.01234)]).toEqual(['25 min', '20 %', '1.2 %'])
})

it('a frequency has no more digits than it is worth', () => {
  expect(perWeekText(row())).toBe('1.9 a week')
  expect(perWeekText(row({ perWeek: 0 }))).toBe('0 a week')
  expect(perWeekText(row({ perWeek: 1234.5 }))).toBe('1235 a week')
})

it('a spreadsheet gets the total first, bare numbers, and nothing where there is nothing', () => {
  const time = '2026-03-14T10:18:00Z'
  const text = csvOf(
    csvRows({ from: time, to: time, by: 'team', total: row({ key: '' }), rows: [row({ key: '=evil()' }), row({ key: null })], weeks: [] }),
  )
  expect(text.split('\r\n').slice(1, 4)).toEqual([
    'All together,10,8,1.8666,1500,0.2,',
    "'=evil(),10,8,1.8666,1500,0.2,",
    '(no team),10,8,1.8666,1500,0.2,',
  ])
})

it('rows without a value come after those with one', () => {
  expect([null, 3, 1, null].toSorted(byValue)).toEqual([1, 3, null, null])
})
