import type { ReactNode } from 'react'
import type { ReleaseDetail } from '../../../../controller/src/server/dto/detail.ts'
import type { AnalysisView } from '../../../../controller/src/server/dto/evidence.ts'
import { Chip, type Tone } from '../../parts/Chip.tsx'
import { Code } from '../../parts/Code.tsx'
import { Images } from '../../parts/Images.tsx'
import { BackIcon, CheckIcon, ClockIcon, CrossIcon, type Icon, InfoIcon, PauseIcon, PersonIcon, WarnIcon } from '../../parts/icons.tsx'
import { AttentionChip, Result } from '../../parts/Phase.tsx'
import { Skeleton } from '../../parts/Skeleton.tsx'
import { isSaid } from '../../parts/sentences.ts'
import { Time, useNow } from '../../parts/Time.tsx'
import { strings } from '../../strings.ts'
import { type Check, checksOf } from './checks.ts'
import { Lasting } from './Lasting.tsx'
import { MetricTable } from './MetricTable.tsx'
import { type Situation, situationOf, toneOf } from './situation.ts'
import './WhyPanel.css'

const words = strings.release
const { lead } = words

const shapes: Record<Situation, Icon> = {
  unseen: InfoIcon,
  starting: ClockIcon,
  stepping: ClockIcon,
  waiting: ClockIcon,
  approval: PersonIcon,
  decision: PersonIcon,
  noData: WarnIcon,
  stuck: WarnIcon,
  paused: PauseIcon,
  promoting: CheckIcon,
  rollingBack: BackIcon,
  refused: BackIcon,
  degraded: CrossIcon,
  healthy: CheckIcon,
}

/** In one look: why it waits or failed, every metric and everything else that it depends on, and what happens next. */
export function WhyPanel({
  release,
  analysis,
  loading = false,
  trends,
  chosen,
  onChoose,
}: {
  release: ReleaseDetail
  analysis: AnalysisView | undefined
  /** The analysis is on its way. */
  loading?: boolean
  trends?: Readonly<Record<string, readonly (number | null)[]>>
  chosen?: string
  onChoose?(metric: string): void
}) {
  const now = useNow()
  const situation = situationOf(release)
  const Shape = shapes[situation]
  const checks = checksOf(release, analysis, now)
  // What the last run was judged by is told where it failed; where all is well it is in the record.
  const told = release.run || situation === 'refused' ? analysis : undefined
  return (
    <section className={`why why-${toneOf(situation)}`} aria-labelledby="why-title">
      <div className="why-head">
        <Shape size={20} />
        <h2 id="why-title">{words.why[situation]}</h2>
        {release.attention && <AttentionChip kind={release.attention.kind} />}
        <span className="muted">
          <Lasting since={release.attention?.since ?? release.run?.step?.since ?? release.since} />
        </span>
      </div>
      <Lead release={release} situation={situation} />
      {told && told.metrics.length > 0 && (
        <MetricTable
          analysis={told}
          {...(trends ? { trends } : {})}
          {...(chosen === undefined ? {} : { chosen })}
          {...(onChoose ? { onChoose } : {})}
        />
      )}
      {loading && release.run && <Skeleton rows={3} />}
      {checks.length > 0 && <Checks checks={checks} />}
      {release.next && <Next release={release} next={release.next} />}
      {!release.run && <GoOn release={release} situation={situation} />}
    </section>
  )
}

function Lead({ release, situation }: { release: ReleaseDetail; situation: Situation }) {
  const { run } = release
  if (situation === 'unseen') return <p className="why-lead">{lead.unseen}</p>
  if (!run) return <AtRest release={release} situation={situation} />
  return (
    <>
      <p className="why-lead">{whereOf(release)}</p>
      {run.stage === 'RollingBack' && release.outcome && <p className="why-because">{release.outcome.because}</p>}
      {run.paused && (
        <p>
          {lead.paused(run.paused.by)} <Time at={run.paused.since} />. {lead.pausedText}
        </p>
      )}
      {run.waiting ? (
        <p>
          <WaitsFor text={run.waiting.for} /> <Sentence text={run.waiting.because} />
        </p>
      ) : (
        !run.paused && run.stage === 'Stepping' && <p>{lead.goesOn}</p>
      )}
      {run.waiting?.stuck && <Sentence block text={run.waiting.stuck} />}
      {situation === 'approval' && <p className="muted">{lead.votes}</p>}
      {run.analysis && run.stage !== 'RollingBack' && !isSaid(run.analysis.message, run.waiting?.for) && (
        <Sentence block text={run.analysis.message} />
      )}
    </>
  )
}

/** What it waits for in bold; what the controller adds behind a colon is beside it. */
function WaitsFor({ text }: { text: string }) {
  const [what = '', ...more] = text.replace(/\.$/, '').split(': ')
  if (more.length === 0) return <strong>{lead.waitsFor(what)}</strong>
  return (
    <>
      <strong>{lead.waitsFor(what)}</strong> <Sentence text={more.join(': ')} />
    </>
  )
}

function whereOf({ run, steps }: ReleaseDetail): string {
  switch (run?.stage) {
    case 'Starting':
      return lead.starting
    case 'Promoting':
      return lead.promoting
    case 'RollingBack':
      return lead.rollingBack
    case 'Stepping':
    case undefined: {
      const { step } = run ?? {}
      if (!run || !step) return strings.release.stages.Stepping
      return lead.step(step.index + 1, run.steps, steps[step.index]?.text ?? step.kind)
    }
  }
}

function AtRest({ release, situation }: { release: ReleaseDetail; situation: Situation }) {
  const { stable, last, refused, keptUntil } = release
  return (
    <>
      {refused && (
        <p className="why-lead why-because">
          <Sentence text={refused.because} />
        </p>
      )}
      {situation === 'degraded' && (
        <p className="why-lead why-because">
          <Sentence text={release.message} />
        </p>
      )}
      <p className={situation === 'healthy' ? 'why-lead' : undefined}>{situation === 'healthy' ? lead.healthy : refused && lead.refused}</p>
      {stable && (
        <p>
          <span className="muted">{words.oldVersion}</span> <code>{stable.hash}</code> <Images images={stable.images} />
        </p>
      )}
      {last && !refused && (
        <p>
          <span className="muted">{lead.lastRun}</span> {words.run(last.id)} <Result result={last.result} /> <Time at={last.endedAt} />:{' '}
          <Sentence text={last.because} />
        </p>
      )}
      {!last && situation === 'healthy' && <p className="muted">{lead.noRunYet}</p>}
      {keptUntil && (
        <p>
          {lead.keptUntil} <Time at={keptUntil} />.
        </p>
      )}
    </>
  )
}

/** What a person can do to go on, or to begin. */
function GoOn({ release: { stable, workload, namespace }, situation }: { release: ReleaseDetail; situation: Situation }) {
  if (situation === 'refused')
    return (
      <div className="why-go-on">
        <h3>{lead.goOn}</h3>
        <ul>
          <li>{lead.fix}</li>
          <li>{lead.retry}</li>
          <li>{lead.undo}</li>
        </ul>
      </div>
    )
  if (situation !== 'healthy') return null
  return (
    <div className="why-go-on">
      <h3>{lead.begin}</h3>
      <Code
        text={`kubectl set image ${workload.kind.toLowerCase()}/${workload.name} ${imageArgument(stable?.images ?? [])} -n ${namespace}`}
      />
    </div>
  )
}

/** Which container gets which image. A star means all of them: that is only right where there is one. */
const imageArgument = (images: readonly string[]): string =>
  images.length > 1 ? 'CONTAINER=IMAGE:TAG' : `'*=${repositoryOf(images[0])}:TAG'`

/** An image without its tag or digest. */
const repositoryOf = (image = 'IMAGE'): string => image.split('@')[0]?.replace(/:[^:/]*$/, '') ?? image

const checkTones: Record<Check['state'], Tone> = { ok: 'good', open: 'info', bad: 'bad', note: 'quiet' }

function Checks({ checks }: { checks: readonly Check[] }) {
  return (
    <ul className="why-checks" aria-label={words.checks.title}>
      {checks.map(({ id, state, what, text, at, since }) => (
        <li key={id}>
          <Chip tone={checkTones[state]} {...(state === 'open' ? { shape: ClockIcon } : {})}>
            {words.checks.states[state]}
          </Chip>
          <span>
            <strong>{what}</strong> {text}
            {at && (
              <>
                {' '}
                <Time at={at} />
              </>
            )}
            {since && (
              <span className="muted">
                {' '}
                <Lasting since={since} />
              </span>
            )}
          </span>
        </li>
      ))}
    </ul>
  )
}

function Next({ release, next }: { release: ReleaseDetail; next: NonNullable<ReleaseDetail['next']> }) {
  const rows = (['good', 'bad', 'silent'] as const).filter((key) => next[key])
  if (rows.length === 0) return null
  return (
    <div className="why-next">
      <h3>{words.next.title}</h3>
      <dl>
        {rows.map((key) => (
          <div key={key}>
            <dt>{release.run?.stage === 'RollingBack' ? words.next.after : words.next[key]}</dt>
            <dd>{next[key]}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}

/** What the controller says, closed by a full stop; nothing when it says nothing. It may begin with a name: that is left as it is. */
function Sentence({ text, block = false }: { text: string; block?: boolean }): ReactNode {
  if (text === '') return null
  const closed = /[.!?]$/.test(text) ? text : `${text}.`
  return block ? <p>{closed}</p> : closed
}
