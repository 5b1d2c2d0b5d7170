import { expect, test } from 'vitest'
import { pageFixture, releaseFixture } from './fixtures.ts'
import { type Pages, patched } from './patch.ts'

const loaded = (count: number): Pages => ({
  pageParams: [undefined],
  pages: [pageFixture(Array.from({ length: count }, (_, at) => releaseFixture({ name: `r${at}` })))],
})
const names = ({ pages }: Pages) => pages.flatMap(({ items }) => items.map(({ name }) => name))

test('a change is drawn where the row stands', () => {
  const { pages, resort } = patched(loaded(3), { release: releaseFixture({ name: 'r1', message: 'other' }) })
  expect(names(pages)).toEqual(['r0', 'r1', 'r2'])
  expect(pages.pages[0]?.items[1]?.message).toBe('other')
  expect(resort).toBe(false)
})

test('what would stand elsewhere now says so and stays', () => {
  const { pages, resort } = patched(loaded(3), { release: releaseFixture({ name: 'r2', phase: 'Degraded' }) })
  expect(names(pages)).toEqual(['r0', 'r1', 'r2'])
  expect(resort).toBe(true)
})

test('one that is not loaded changes the order only', () => {
  const before = loaded(2)
  const { pages, resort } = patched(before, { release: releaseFixture({ name: 'new' }) })
  expect(pages).toBe(before)
  expect(resort).toBe(true)
})

test('one that is gone leaves, and is not counted any more', () => {
  const { pages } = patched(loaded(3), { gone: { namespace: 'shop', name: 'r1' } })
  expect(names(pages)).toEqual(['r0', 'r2'])
  expect(pages.pages[0]?.all).toBe(2)
  expect(patched(loaded(1), { gone: { namespace: 'other', name: 'r0' } }).pages.pages[0]?.items).toHaveLength(1)
})
