import { useQueryClient } from '@tanstack/react-query'
import { Outlet, useLocation, useNavigate, useRouter } from '@tanstack/react-router'
import { Suspense, useEffect, useMemo, useRef } from 'react'
import type { Session } from '../../../../controller/src/server/dto/session.ts'
import { offered, useActions } from '../../actions/actions.ts'
import { keysText } from '../../actions/keys.ts'
import { ApiError } from '../../api/client.ts'
import { logout, useSession, useSessionEnded } from '../../api/session.ts'
import { startStream, useStream } from '../../api/stream.ts'
import { apple } from '../../palette/apple.ts'
import { Commands } from '../../palette/Commands.tsx'
import { ErrorState } from '../../parts/ErrorState.tsx'
import { say } from '../../parts/Live.tsx'
import { Skeleton } from '../../parts/Skeleton.tsx'
import { useToast } from '../../parts/Toasts.tsx'
import { choose, themes } from '../../preferences.ts'
import { strings } from '../../strings.ts'
import { Boundary } from './Crashed.tsx'
import { Header } from './Header.tsx'
import { Notes } from './Notes.tsx'
import { titleOf } from './titles.ts'
import './Layout.css'

/** Around every screen but the login: nothing of it is drawn before it is known who looks. */
export function Layout() {
  const session = useSession()
  if (session.data) return <Frame session={session.data} />
  if (session.error instanceof ApiError && session.error.problem.status === 401) return <ToLogin />
  return (
    <main className="screen" id="main">
      {session.error ? <ErrorState error={session.error} retry={() => void session.refetch()} /> : <Skeleton rows={8} />}
    </main>
  )
}

function ToLogin() {
  const router = useRouter()
  // Once: the address changes while this is still there.
  useEffect(() => {
    void router.navigate({ to: '/login', search: { returnTo: router.state.location.href } as never, replace: true })
  }, [router])
  return <Loading />
}

function Frame({ session }: { session: Session }) {
  const client = useQueryClient()
  const navigate = useNavigate()
  const { pathname, href } = useLocation()
  const stream = useStream()
  const ended = useSessionEnded()
  const toast = useToast()
  useEffect(() => startStream(client), [client])
  useTitle(pathname)

  const leave = async () => {
    try {
      const next = await logout(client)
      if (next) location.assign(next)
      else await navigate({ to: '/login' })
    } catch (error) {
      toast({ tone: 'bad', text: strings.frame.user.logoutFailed(error instanceof Error ? error.message : String(error)) })
    }
  }
  useActions(
    useMemo(() => {
      const words = strings.frame
      const goTo = (
        to: '/' | '/templates' | '/sources' | '/notifiers' | '/statistics' | '/settings',
        id: keyof typeof words.screens,
        keys: string,
      ) => ({
        id: `go-${id}`,
        title: words.screens[id],
        group: words.go,
        keys,
        run: () => void navigate({ to }),
      })
      const choices = themes.map((theme) => ({
        id: `theme-${theme}`,
        title: `${words.theme.label}: ${words.theme[theme]}`,
        group: words.theme.label,
        run: () => choose({ theme }),
      }))
      return [
        goTo('/', 'releases', 'g r'),
        goTo('/templates', 'templates', 'g t'),
        goTo('/sources', 'sources', 'g s'),
        goTo('/notifiers', 'notifiers', 'g n'),
        goTo('/statistics', 'statistics', 'g d'),
        goTo('/settings', 'settings', 'g ,'),
        ...choices,
      ]
    }, [navigate]),
  )

  return (
    <div className="layout">
      <div className="layout-top">
        <button type="button" className="layout-skip" onClick={skip}>
          {strings.frame.skip}
        </button>
        <Header
          session={session}
          stream={ended ? 'stale' : stream.state}
          searchKeys={keysText('mod+k', apple)}
          onSearch={() => run('palette')}
          onShortcuts={() => run('help')}
          onSettings={(hash) => void navigate({ to: '/settings', ...(hash ? { hash } : {}) })}
          onLogout={() => void leave()}
        />
        <Notes
          ended={ended}
          stream={stream}
          readOnly={session.readOnly}
          retry={() => void client.invalidateQueries()}
          again={() => void navigate({ to: '/login', search: { returnTo: href } as never })}
        />
      </div>
      {/* Before the screen: what that offers under the same keys counts. */}
      <Commands />
      <div className="layout-screen">
        <Boundary at={pathname}>
          <Suspense fallback={<Loading />}>
            <Outlet />
          </Suspense>
        </Boundary>
      </div>
    </div>
  )
}

const Loading = () => (
  <main className="screen" id="main" aria-busy="true">
    <Skeleton rows={8} />
  </main>
)

/** Does what something else on the page offers. */
const run = (wanted: string): void =>
  offered()
    .find(({ id }) => id === wanted)
    ?.run()

/** Every screen has its own main part. */
function skip(): void {
  const main = document.getElementById('main')
  if (!main) return
  main.tabIndex = -1
  main.focus()
}

/** The window's title; screen readers hear it when another screen is opened. */
function useTitle(pathname: string): void {
  const first = useRef(true)
  useEffect(() => {
    document.title = titleOf(pathname)
    if (!first.current) say(document.title)
    first.current = false
  }, [pathname])
}
