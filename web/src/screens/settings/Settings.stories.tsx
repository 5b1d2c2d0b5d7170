import type { ReactNode } from 'react'
import type { About, Access } from '../../../../controller/src/server/dto/session.ts'
import { Unreachable } from '../../api/client.ts'
import { hostile, long, type Story } from '../../gallery/story.ts'
import { told } from '../../gallery/told.tsx'
import { strings } from '../../strings.ts'
import { AboutPanel } from './AboutPanel.tsx'
import { AccessPanel } from './AccessPanel.tsx'
import { Choices } from './Choices.tsx'
import '../../styles/base.css'

const nothing = () => {}

const about: About = {
  version: '0.1.0',
  cluster: 'v1.36.0',
  readOnly: false,
  teamLabel: 'app.kubernetes.io/part-of',
  synced: true,
  rollouts: 214,
  streams: 12,
  startedAt: '2026-03-14T08:00:00Z',
}

const access: Access = {
  namespace: 'shop',
  rights: [
    { verb: 'list', resource: 'rollouts.serin.dev', allowed: true, because: 'RBAC: allowed by RoleBinding "viewers/shop"' },
    { verb: 'promote', resource: 'rollouts.serin.dev', allowed: false },
    { verb: 'create', resource: 'rolloutcommands.serin.dev', allowed: false, because: hostile },
    { verb: 'list', resource: long, allowed: true },
  ],
}

const screen = (name: string, content: ReactNode): Story => ({
  name: `settings/${name}`,
  render: () =>
    told(
      <main className="screen settings" id="main">
        <h1>{strings.settings.title}</h1>
        {content}
      </main>,
    ),
})

const failed = { error: new Unreachable('The server does not answer.'), retry: nothing }

export const stories: readonly Story[] = [
  screen(
    'all',
    <>
      <Choices chosen={{ theme: 'system', keys: true, zone: 'utc' }} onChoose={nothing} />
      <AccessPanel access={access} namespace="shop" onNamespace={nothing} />
      <AboutPanel
        about={about}
        session={{
          user: { name: 'anna', groups: ['release-managers'] },
          method: 'oidc',
          expiresAt: '2026-03-14T18:00:00Z',
          csrf: '',
          readOnly: false,
          demo: false,
          installation: 'production',
        }}
      />
    </>,
  ),
  screen(
    'loading',
    <>
      <AccessPanel namespace="" onNamespace={nothing} />
      <AboutPanel />
    </>,
  ),
  screen(
    'server away',
    <>
      <AccessPanel namespace="" onNamespace={nothing} {...failed} />
      <AboutPanel {...failed} />
    </>,
  ),
]
