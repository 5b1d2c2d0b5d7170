import type { ReactNode } from 'react'
import type { Session } from '../../../../controller/src/server/dto/session.ts'
import { Unreachable } from '../../api/client.ts'
import { hostile, type Story } from '../../gallery/story.ts'
import { told } from '../../gallery/told.tsx'
import { Crashed } from './Crashed.tsx'
import { Header, type HeaderProps } from './Header.tsx'
import { Notes } from './Notes.tsx'
import { NotFound } from './NotFound.tsx'
import './Layout.css'
import '../../styles/base.css'

const anna: Session = {
  user: { name: 'anna', groups: ['release-managers', 'system:authenticated'] },
  method: 'oidc',
  expiresAt: '2026-03-14T18:00:00Z',
  csrf: '',
  readOnly: false,
  demo: false,
  installation: 'production',
}

const nothing = () => {}

const framed = (more: Partial<HeaderProps>, notes?: ReactNode, content: ReactNode = <Some />) =>
  told(
    <div className="layout">
      <div className="layout-top">
        <Header
          session={anna}
          stream="live"
          searchKeys="Ctrl K"
          onSearch={nothing}
          onSettings={nothing}
          onShortcuts={nothing}
          onLogout={nothing}
          {...more}
        />
        {notes}
      </div>
      {content}
    </div>,
  )

const Some = () => (
  <main className="screen" id="main">
    <h1>A screen</h1>
  </main>
)

const notes = (more: Partial<Parameters<typeof Notes>[0]>) => (
  <Notes ended={false} stream={{ state: 'live' }} readOnly={false} retry={nothing} again={nothing} {...more} />
)
const away = Date.parse('2026-03-14T10:17:00Z')

export const stories: readonly Story[] = [
  { name: 'frame/live', render: () => framed({}) },
  { name: 'frame/reconnecting', render: () => framed({ stream: 'reconnecting' }) },
  { name: 'frame/stale', render: () => framed({ stream: 'stale' }, notes({ stream: { state: 'stale', since: away } })) },
  {
    name: 'frame/session ended',
    render: () => framed({ stream: 'stale' }, notes({ ended: true, stream: { state: 'stale', since: away } })),
  },
  { name: 'frame/read only', render: () => framed({}, notes({ readOnly: true })) },
  {
    name: 'frame/hostile name',
    render: () => framed({ session: { ...anna, user: { name: `${hostile} ${'a'.repeat(60)}`, groups: [hostile] } } }),
  },
  { name: 'frame/not found', render: () => framed({}, undefined, <NotFound />) },
  { name: 'frame/crashed', render: () => framed({}, undefined, <Crashed error={new Error(hostile)} />) },
  {
    name: 'frame/old page',
    render: () => framed({}, undefined, <Crashed error={new Error('Failed to fetch dynamically imported module')} />),
  },
  { name: 'frame/server away', render: () => framed({}, undefined, <Crashed error={new Unreachable('The server does not answer.')} />) },
]
