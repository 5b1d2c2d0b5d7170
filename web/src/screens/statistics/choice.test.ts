import fc from 'fast-check'
import { expect, it } from 'vitest'
import { choiceOf } from './choice.ts'

it('an address says what is counted, and what makes no sense in it counts for nothing', () => {
  expect(choiceOf({ by: 'team', days: 90 })).toEqual({ by: 'team', days: 90 })
  expect(choiceOf({ by: 'team', days: '90' })).toEqual({ by: 'team', days: 90 })
  expect(choiceOf({})).toEqual({ by: 'service', days: 30 })
  fc.assert(
    fc.property(fc.anything(), fc.anything(), (by, days) => {
      // Objects of an address come from JSON: they have no conversions of their own.
      if (typeof days === 'object' || typeof days === 'symbol' || typeof days === 'bigint') return
      const choice = choiceOf({ by, days })
      expect(choice.days).toBeGreaterThanOrEqual(1)
      expect(choice.days).toBeLessThanOrEqual(365)
      expect(['service', 'team', 'namespace']).toContain(choice.by)
    }),
  )
})
