import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { ReleaseDetail } from '../../../../controller/src/server/dto/detail.ts'
import { Copy } from '../../parts/Copy.tsx'
import { Images } from '../../parts/Images.tsx'
import { Phase } from '../../parts/Phase.tsx'
import { strings } from '../../strings.ts'

const words = strings.release

/** What it is, which versions it is about, and what can be done. */
export function ReleaseHeader({ release, actions }: { release: ReleaseDetail; actions?: ReactNode }) {
  const { namespace, name, phase, run, stable, strategy, team, workload } = release
  return (
    <header className="release-head">
      <Crumbs namespace={namespace} name={name} />
      <div className="release-title">
        <h1>{name}</h1>
        <Phase phase={phase} />
        {actions}
      </div>
      <dl className="release-facts">
        {run ? (
          <>
            <Fact term={words.newVersion}>
              <Images images={run.to.images} /> <code className="muted">{run.to.hash}</code>
            </Fact>
            <Fact term={words.oldVersion}>
              <Images images={run.from.images} /> <code className="muted">{run.from.hash}</code>
            </Fact>
            <Fact term={words.history.run}>
              {run.id} <Copy text={`${namespace}/${name} run ${run.id}`} label={words.copyRun} />
              <Link to="/releases/$namespace/$name/runs/$run" params={{ namespace, name, run: String(run.id) }}>
                {words.report}
              </Link>
            </Fact>
          </>
        ) : (
          stable && (
            <Fact term={words.oldVersion}>
              <Images images={stable.images} /> <code className="muted">{stable.hash}</code>
            </Fact>
          )
        )}
        <Fact term={words.workload}>
          {workload.kind} {workload.name}, {words.strategy[strategy]}
        </Fact>
        {team && <Fact term={words.team}>{team}</Fact>}
      </dl>
    </header>
  )
}

export function Crumbs({ namespace, name }: { namespace: string; name: string }) {
  return (
    <nav className="release-crumbs" aria-label={words.crumbs}>
      <Link to="/">{words.all}</Link> <span aria-hidden="true">/</span> <span>{namespace}</span> <span aria-hidden="true">/</span>{' '}
      <span aria-current="page">{name}</span>
    </nav>
  )
}

const Fact = ({ term, children }: { term: string; children: ReactNode }) => (
  <div>
    <dt>{term}</dt>
    <dd>{children}</dd>
  </div>
)
