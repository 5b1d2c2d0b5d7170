import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useDeferredValue, useState } from 'react'
import type { ReleasePage } from '../../../controller/src/server/dto/release.ts'
import type { Action } from '../actions/actions.ts'
import { get, path } from '../api/client.ts'
import { PaletteView } from './PaletteView.tsx'

const most = 8

/** What can be done here, and releases by name as the server finds them. */
export function Palette({ actions, onClose }: { actions: readonly Action[]; onClose(): void }) {
  const [text, setText] = useState('')
  const q = useDeferredValue(text.trim())
  const navigate = useNavigate()
  const found = useQuery({
    queryKey: ['palette', q],
    queryFn: async ({ signal }) => {
      // One request for what was typed quickly.
      await new Promise((done) => setTimeout(done, 120))
      signal.throwIfAborted()
      return get<ReleasePage>(path(['releases'], { q, limit: most, sort: q === '' ? 'attention' : 'name' }), signal)
    },
    placeholderData: (before) => before,
  })
  return (
    <PaletteView
      text={text}
      onText={setText}
      actions={actions}
      releases={found.data?.items}
      searching={found.isFetching}
      failed={found.isError}
      onRelease={({ namespace, name }) => {
        onClose()
        void navigate({ to: '/releases/$namespace/$name', params: { namespace, name } as never })
      }}
      onAction={(action) => {
        onClose()
        action.run()
      }}
      onClose={onClose}
    />
  )
}
