import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import type { About, Access } from '../../../../controller/src/server/dto/session.ts'
import { get, path } from '../../api/client.ts'
import { useSession } from '../../api/session.ts'
import { choose, usePreferences } from '../../preferences.ts'
import { strings } from '../../strings.ts'
import { AboutPanel } from './AboutPanel.tsx'
import { AccessPanel } from './AccessPanel.tsx'
import { Choices } from './Choices.tsx'

/** `?namespace`: where to ask what one may do. */
export function SettingsScreen() {
  const { namespace: raw } = useSearch({ strict: false }) as { namespace?: unknown }
  const namespace = raw === undefined ? '' : String(raw)
  const navigate = useNavigate()
  const session = useSession()
  const about = useQuery({ queryKey: ['about'], queryFn: ({ signal }) => get<About>(path(['about']), signal) })
  const access = useQuery({
    queryKey: ['access', namespace],
    queryFn: ({ signal }) => get<Access>(path(['access'], { namespace }), signal),
  })
  return (
    <main className="screen settings" id="main">
      <h1>{strings.settings.title}</h1>
      <Choices chosen={usePreferences()} onChoose={choose} />
      <AccessPanel
        {...(access.data ? { access: access.data } : {})}
        error={access.error}
        retry={() => void access.refetch()}
        namespace={namespace}
        onNamespace={(next) =>
          void navigate({ to: '/settings', search: (next ? { namespace: next } : {}) as never, replace: true, resetScroll: false })
        }
      />
      <AboutPanel
        {...(about.data ? { about: about.data } : {})}
        error={about.error}
        retry={() => void about.refetch()}
        {...(session.data ? { session: session.data } : {})}
      />
    </main>
  )
}
