import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { Release, ReleasePage } from '../../../controller/src/server/dto/release.ts'
import type { Action } from '../actions/actions.ts'
import { meant } from '../actions/shortcuts.ts'
import { get, path } from '../api/client.ts'
import { useSettled } from '../parts/useSettled.ts'
import { PaletteView } from './PaletteView.tsx'

const most = 8
const settleMs = 120

export interface PaletteProps {
  query: string
  onQuery(query: string): void
  actions: readonly Action[]
  /** Somebody chose what this does. */
  onChoose(run: () => void): void
  onClose(): void
}

/** What can be done here, and releases as the server finds them. */
export function Palette({ query, onQuery, actions, onChoose, onClose }: PaletteProps) {
  const navigate = useNavigate()
  // Written as `namespace/name` too: both are words to the server.
  const asked = query.replaceAll('/', ' ').trim().slice(0, 200)
  const q = useSettled(asked, settleMs)
  const { data, error, isFetching, isPlaceholderData } = useQuery({
    queryKey: ['palette', q],
    queryFn: ({ signal }) => get<ReleasePage>(path(['releases'], { q, limit: most, sort: q === '' ? 'attention' : 'name' }), signal),
    placeholderData: keepPreviousData,
  })
  const found = data?.items ?? []
  const fresh = asked === q && !isPlaceholderData
  return (
    <PaletteView
      query={query}
      onQuery={onQuery}
      // Neither itself nor what leads to it.
      actions={actions.filter(({ id }) => id !== 'palette' && id !== 'search')}
      // Those of the question before are shown until the answer is there, but none that does not fit: Enter would open it.
      releases={fresh ? found : meant(found, asked, wordsOf)}
      searching={isFetching || asked !== q}
      error={error ?? undefined}
      onRun={({ run }) => onChoose(run)}
      onRelease={({ namespace, name }) =>
        onChoose(() => void navigate({ to: '/releases/$namespace/$name', params: { namespace, name } as never }))
      }
      onClose={onClose}
    />
  )
}

/** Where the server looks for words too. */
const wordsOf = ({ namespace, name, team, stable, run }: Release) => [
  namespace,
  name,
  team,
  ...(stable?.images ?? []),
  ...(run?.to.images ?? []),
]
