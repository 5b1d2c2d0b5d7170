import fc from 'fast-check'
import { expect, it } from 'vitest'
import { lookingOf, searchOf } from './looking.ts'
import { metricClasses } from './metrics.ts'

it('an address shows what its writer saw', () => {
  fc.assert(
    fc.property(fc.subarray([...metricClasses]), fc.option(fc.string({ minLength: 1 }), { nil: undefined }), (hidden, metric) => {
      const looking = { hidden: new Set(hidden), metric }
      expect(lookingOf(searchOf(looking))).toEqual(looking)
    }),
  )
})

it('what makes no sense in an address counts for nothing', () => {
  expect(lookingOf({ hide: 'good,<img>,', metric: { a: 1 } })).toEqual({ hidden: new Set(['good']), metric: undefined })
  expect(lookingOf({ hide: 4, metric: 5 })).toEqual({ hidden: new Set(), metric: '5' })
})
