import type { InfiniteData } from '@tanstack/react-query'
import type { Release, ReleasePage } from '../../../../controller/src/server/dto/release.ts'
import type { Change } from '../../api/stream.ts'

export type Pages = InfiniteData<ReleasePage, string | undefined>

const same = (one: { namespace: string; name: string }, other: { namespace: string; name: string }) =>
  one.namespace === other.namespace && one.name === other.name

/**
 * The loaded rows after a change of one: it is drawn anew where it stands, so that nothing moves under the pointer; one that is gone leaves.
 * `resort`: the order or the counts would now be others, which a person asks for.
 */
export function patched(pages: Pages, change: Change): { pages: Pages; resort: boolean } {
  if ('gone' in change) {
    const there = pages.pages.some(({ items }) => items.some((item) => same(item, change.gone)))
    if (!there) return { pages, resort: false }
    const less = (page: ReleasePage) => ({
      ...page,
      items: page.items.filter((item) => !same(item, change.gone)),
      total: page.total - 1,
      all: page.all - 1,
    })
    return { pages: { ...pages, pages: pages.pages.map(less) }, resort: false }
  }
  const { release } = change
  let was: Release | undefined
  const next = pages.pages.map((page) => {
    const at = page.items.findIndex((item) => same(item, release))
    if (at < 0) return page
    was = page.items[at]
    return { ...page, items: page.items.with(at, release) }
  })
  if (!was) return { pages, resort: true }
  return {
    pages: { ...pages, pages: next },
    resort: was.phase !== release.phase || was.attention?.kind !== release.attention?.kind || !was.run !== !release.run,
  }
}
