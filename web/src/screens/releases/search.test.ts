import { expect, test } from 'vitest'
import { addressOf, everything, isFiltered, searchOf } from './search.ts'

test('what anybody wrote into the address is read, and what makes no sense counts for nothing', () => {
  expect(searchOf({ q: 7, namespace: 'shop', phase: 'Paused', attention: true, moving: 'true', sort: 'name', other: 'x' })).toEqual({
    q: '7',
    namespace: 'shop',
    team: '',
    phase: 'Paused',
    attention: true,
    moving: true,
    sort: 'name',
  })
  expect(searchOf({ q: ['a'], phase: 'Nice', attention: 'no', sort: {} })).toEqual(everything)
})

test('the address has what is not as it is anyhow, and gives the same search again', () => {
  const search = { ...everything, q: 'cart', moving: true }
  expect(Object.entries(addressOf(search)).filter(([, value]) => value !== undefined)).toEqual([
    ['q', 'cart'],
    ['moving', true],
  ])
  expect(searchOf(addressOf(search))).toEqual(search)
})

test('an order is no filter', () => {
  expect(isFiltered({ ...everything, sort: 'name' })).toBe(false)
  expect(isFiltered({ ...everything, team: 'shop' })).toBe(true)
})
