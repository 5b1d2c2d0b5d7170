import { Link } from '@tanstack/react-router'
import { ApiError } from '../../api/client.ts'
import { EmptyState } from '../../parts/EmptyState.tsx'
import { ErrorState } from '../../parts/ErrorState.tsx'
import { Skeleton } from '../../parts/Skeleton.tsx'
import { strings } from '../../strings.ts'
import { Crumbs } from './ReleaseHeader.tsx'
import '../../styles/base.css'
import './Release.css'
import './WhyPanel.css'

const words = strings.release

/** The real layout, before there is anything to put into it. */
export function ReleaseLoading({ namespace, name }: { namespace: string; name: string }) {
  return (
    <main className="screen release" id="main" aria-busy="true" aria-label={words.loading}>
      <header className="release-head">
        <Crumbs namespace={namespace} name={name} />
        <h1>{name}</h1>
      </header>
      <div className="why why-quiet">
        <Skeleton rows={5} />
      </div>
      <div className="panel release-placeholder" />
      <div className="release-columns">
        <div className="panel release-placeholder" />
        <div className="panel release-placeholder" />
      </div>
    </main>
  )
}

/** Not there, not allowed, or not to be had now. */
export function ReleaseFailed({ namespace, name, error, retry }: { namespace: string; name: string; error: unknown; retry(): void }) {
  const missing = error instanceof ApiError && error.problem.status === 404
  return (
    <main className="screen release" id="main">
      <header className="release-head">
        <Crumbs namespace={namespace} name={name} />
        <h1>{name}</h1>
      </header>
      {missing ? (
        <EmptyState
          title={words.notFound.title}
          text={words.notFound.text(namespace, name)}
          command={words.notFound.command(namespace, name)}
          actions={<Link to="/">{words.notFound.back}</Link>}
        />
      ) : (
        <ErrorState error={error} retry={retry} />
      )}
    </main>
  )
}
