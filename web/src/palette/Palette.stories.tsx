import type { ReactNode } from 'react'
import type { Release } from '../../../controller/src/server/dto/release.ts'
import type { Action } from '../actions/actions.ts'
import { Unreachable } from '../api/client.ts'
import { hostile, long, type Story } from '../gallery/story.ts'
import { told } from '../gallery/told.tsx'
import { Dialog } from '../parts/Dialog.tsx'
import { strings } from '../strings.ts'
import { Help } from './Help.tsx'
import { PaletteView, type PaletteViewProps } from './PaletteView.tsx'
import '../styles/base.css'

const nothing = () => {}
const words = strings.palette

const action = (title: string, group: string, more: Partial<Action> = {}): Action => ({
  id: `${group} ${title}`,
  title,
  group,
  run: nothing,
  ...more,
})

const actions: readonly Action[] = [
  action('Pause checkout', 'This release', { keys: 'p' }),
  action('Abort checkout', 'This release', {
    keys: 'shift+a',
    because: 'You may not: the right to abort rollouts.serin.dev in namespace shop is missing.',
  }),
  action('Releases', 'Go to', { keys: 'g r' }),
  action('Templates', 'Go to', { keys: 'g t' }),
  action('Theme: Dark', 'Theme'),
  action('Keyboard shortcuts', 'Everywhere', { keys: '?' }),
]

const release = (name: string, more: Partial<Release> = {}): Release => ({
  namespace: 'shop',
  name,
  uid: name,
  version: '1',
  workload: { kind: 'Deployment', name },
  strategy: 'canary',
  phase: 'Healthy',
  message: '',
  since: '2026-03-14T10:00:00Z',
  ...more,
})

const releases = [
  release('checkout', { phase: 'Progressing', attention: { kind: 'Approval', since: '2026-03-14T10:00:00Z' } }),
  release('mail'),
]

const over = (view: ReactNode, dialog: Partial<Parameters<typeof Dialog>[0]>) =>
  told(
    <>
      <main className="screen" id="main">
        <h1>A screen</h1>
      </main>
      <Dialog open onClose={nothing} title={words.title} {...dialog}>
        {view}
      </Dialog>
    </>,
  )

const palette = (state: string, more: Partial<PaletteViewProps>): Story => ({
  name: `palette/${state}`,
  render: () =>
    over(
      <PaletteView
        query=""
        onQuery={nothing}
        actions={actions}
        releases={releases}
        searching={false}
        onRun={nothing}
        onRelease={nothing}
        onClose={nothing}
        {...more}
      />,
      { className: 'palette' },
    ),
})

const help = (state: string, view: ReactNode): Story => ({
  name: `palette/${state}`,
  render: () => over(view, { title: words.help.title, text: words.help.text, wide: true }),
})

export const stories: readonly Story[] = [
  palette('open', {}),
  palette('loading', { query: 'checko', releases: [], searching: true }),
  palette('no match', { query: hostile, actions: [], releases: [] }),
  palette('server away', { query: 're', releases: [], error: new Unreachable('The server does not answer.') }),
  palette('many', { releases: [release(hostile), release(long), ...Array.from({ length: 6 }, (_, at) => release(`payments-${at}`))] }),
  help('shortcuts', <Help actions={actions} single />),
  help('shortcuts off', <Help actions={[...actions, action('Search everything', 'Everywhere', { keys: 'mod+k' })]} single={false} />),
]
