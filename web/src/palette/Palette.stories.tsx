import type { Release } from '../../../controller/src/server/dto/release.ts'
import type { Action } from '../actions/actions.ts'
import type { Story } from '../gallery/story.ts'
import { hostile, long, told } from '../gallery/told.tsx'
import { Help } from './Help.tsx'
import { PaletteView, type PaletteViewProps } from './PaletteView.tsx'
import '../styles/base.css'

const nothing = () => {}

const actions: readonly Action[] = [
  { id: 'promote', title: 'Promote web', group: 'web', because: 'You may not promote in namespace shop.', run: nothing },
  { id: 'pause', title: 'Pause web', group: 'web', keys: 'p', run: nothing },
  { id: 'abort', title: 'Abort web', group: 'web', keys: 'shift+a', run: nothing },
  { id: 'go', title: 'Releases', group: 'Go to', keys: 'g r', run: nothing },
]

const release = (name: string, phase: Release['phase']): Release => ({
  namespace: 'shop',
  name,
  uid: name,
  version: '1',
  workload: { kind: 'Deployment', name },
  strategy: 'canary',
  phase,
  message: '',
  since: '2026-03-14T10:00:00Z',
})

const view = (name: string, more: Partial<PaletteViewProps>): Story => ({
  name: `palette/${name}`,
  render: () =>
    told(
      <main className="screen">
        <h1>A screen</h1>
        <PaletteView
          text=""
          onText={nothing}
          actions={actions}
          releases={[release('web', 'Progressing'), release(hostile, 'Healthy'), release(long, 'Degraded')]}
          searching={false}
          failed={false}
          onRelease={nothing}
          onAction={nothing}
          onClose={nothing}
          {...more}
        />
      </main>,
    ),
})

export const stories: readonly Story[] = [
  view('open', {}),
  view('loading', { releases: undefined, searching: true }),
  view('no match', { text: 'zzz', releases: [] }),
  view('server away', { releases: undefined, failed: true }),
  {
    name: 'palette/shortcuts',
    render: () =>
      told(
        <main className="screen">
          <h1>A screen</h1>
          <Help actions={actions} single={false} onClose={nothing} />
        </main>,
      ),
  },
]
