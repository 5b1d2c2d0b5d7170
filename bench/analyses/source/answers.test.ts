import { expect, test } from 'vitest'
import { answerTo } from './answers.ts'

interface Series {
  metric: Record<string, string>
  values: [number, string][]
}

const pods = 'pod=~"(shop-new-[0-9]+|shop-old-[0-9]+)"'
const start = 1_767_225_600
const asked = (query: string, more: { start?: number; end?: number } = {}): Series[] =>
  JSON.parse(answerTo({ query, start, end: start + 3600, step: 60, ...more })).data.result

test('it answers with two new and eight old pods, or with those that the query names', () => {
  const names = (query: string) => new Set(asked(query).map(({ metric }) => metric.pod))
  expect(names(`up{${pods}}`).size).toBe(10)
  expect(names('up{pod=~"shop-old-[0-9]+"}').size).toBe(8)
})

test('counters never fall, bad ones are few of all, and buckets add up', () => {
  for (const query of [`http_requests_total{${pods}}`, `http_requests_total{${pods},code=~"5.."}`, `seconds_bucket{${pods}}`])
    for (const { values } of asked(query)) {
      const numbers = values.map(([, value]) => Number(value))
      expect(values).toHaveLength(61)
      expect(numbers.every((value, at) => at === 0 || value >= (numbers[at - 1] ?? 0))).toBe(true)
    }
  const last = (series: Series[]) => series.reduce((sum, { values }) => sum + Number(values.at(-1)?.[1]) - Number(values[0]?.[1]), 0)
  const share = last(asked(`a_total{${pods},code=~"5.."}`)) / last(asked(`a_total{${pods}}`))
  expect(share).toBeGreaterThan(0.003)
  expect(share).toBeLessThan(0.008)
  const ladder = asked('seconds_bucket{pod=~"shop-new-[0-9]+"}').filter(({ metric }) => metric.pod === 'shop-new-0')
  expect(ladder.map(({ metric }) => metric.le).at(-1)).toBe('+Inf')
  const tops = ladder.map(({ values }) => Number(values.at(-1)?.[1]))
  expect(tops).toEqual(tops.toSorted((a, b) => a - b))
})

test('an instant has the same values whoever asks for it', () => {
  const query = `http_requests_total{${pods}}`
  const [whole, part] = [asked(query), asked(query, { start: start + 600, end: start + 1200 })]
  expect(part.map(({ values }) => values)).toEqual(whole.map(({ values }) => values.slice(10, 21)))
})
