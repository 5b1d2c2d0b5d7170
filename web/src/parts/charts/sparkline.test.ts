import { expect, test } from 'vitest'
import { paths } from './Sparkline.tsx'

test('a gap breaks the line, a value alone is a dot, and nothing is nothing', () => {
  expect(paths([1, 2, null, 3], 96, 24)).toHaveLength(2)
  expect(paths([1, null], 96, 24)[0]).toContain('h0.01')
  expect(paths([null, null], 96, 24)).toEqual([])
})

test('equal values are a level line and no division by zero', () => {
  expect(paths([5, 5, 5], 96, 24).join()).not.toContain('NaN')
})
