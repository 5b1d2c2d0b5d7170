import type { ReactNode } from 'react'
import type { CommandView, EventView, Offer, PodView, ReleaseDetail } from '../../../../controller/src/server/dto/detail.ts'
import type { AnalysisView, Series } from '../../../../controller/src/server/dto/evidence.ts'
import { WarnIcon } from '../../parts/icons.tsx'
import { StaleBar } from '../../parts/StaleBar.tsx'
import { strings } from '../../strings.ts'
import { ActionBar, ActionDialog, Outcome } from './Actions.tsx'
import type { Asking } from './asking.ts'
import { Details } from './Details.tsx'
import { Evidence } from './Evidence.tsx'
import type { Loaded } from './loaded.ts'
import { ReleaseHeader } from './ReleaseHeader.tsx'
import { Steps } from './Steps.tsx'
import { Timeline } from './Timeline.tsx'
import { Versions } from './Versions.tsx'
import { WhyPanel } from './WhyPanel.tsx'
import '../../styles/base.css'
import './Release.css'

export interface ReleaseViewProps {
  release: ReleaseDetail
  /** Of the run under way, else of the last one. */
  analysis: Loaded<AnalysisView>
  /** Of the chosen metric. */
  series: Loaded<Series>
  trends?: Readonly<Record<string, readonly (number | null)[]>>
  metric: string | undefined
  pods: Loaded<readonly PodView[]>
  events: Loaded<readonly EventView[]>
  commands: Loaded<readonly CommandView[]>
  manifest: Loaded<string>
  asking: Asking
  readOnly?: boolean
  /** It could not be read again: when it was as shown. That nothing is live is told by the frame. */
  stale?: { since: number | string; retry?(): void }
  /** What is shown may be old: it is read again before anything is sent. */
  old?: boolean
  /** Deleted while somebody looked. */
  gone?: boolean
  /** The state is being read again before something is sent. */
  checking?: boolean
  demo?: ReactNode
  onMetric(metric: string): void
  onAnalysis(name: string): void
  onManifest(): void
  onChoose(offer: Offer): void
  onClose(): void
  onSend(reason: string, version: string | undefined): void
}

/** Analyses of the run under way, else of the last one, the newest first. */
function analysesOf({ analyses, run, history }: ReleaseDetail): ReleaseDetail['analyses'] {
  const id = run?.id ?? history[0]?.id
  return id === undefined ? [] : analyses.filter((one) => one.run === id)
}

/** One release, whole: first why it is where it is, then what it is made of. */
export function ReleaseView(props: ReleaseViewProps) {
  const { release, analysis, series, commands, asking, stale, gone = false } = props
  // The evidence of the last run stays to be looked at when the run is over.
  const judged = release.run ? release.run.analysis : release.history[0]?.analysis
  const words = strings.release
  return (
    <main className="screen release" id="main">
      <ReleaseHeader
        release={release}
        actions={
          !gone && (
            <ActionBar
              release={release}
              readOnly={props.readOnly ?? false}
              busy={asking.state === 'sending' || asking.state === 'following'}
              onChoose={props.onChoose}
            />
          )
        }
      />
      {gone && (
        <div className="release-gone" role="alert">
          <WarnIcon />
          <p>
            <strong>{words.gone.title}</strong> {words.gone.text}
          </p>
        </div>
      )}
      {stale && !gone && <StaleBar {...stale} />}
      <Outcome asking={asking} onDismiss={props.onClose} />
      <WhyPanel
        release={release}
        analysis={analysis.value}
        loading={release.run?.analysis !== undefined && !analysis.value && !analysis.error}
        {...(props.trends ? { trends: props.trends } : {})}
        {...(props.metric === undefined ? {} : { chosen: props.metric })}
        onChoose={props.onMetric}
      />
      {!gone && props.demo}
      {(release.run || release.steps.length > 0) && <Steps steps={release.steps} underWay={release.run !== undefined} />}
      <div className="release-columns">
        {judged && (
          <Evidence
            analysis={analysis}
            series={series}
            metric={props.metric}
            onMetric={props.onMetric}
            choices={analysesOf(release)}
            onAnalysis={props.onAnalysis}
            {...(release.run || !release.history[0] ? {} : { title: words.lastEvidence(release.history[0].id) })}
          />
        )}
        <Versions release={release} />
      </div>
      <Timeline namespace={release.namespace} name={release.name} events={props.events} commands={commands} history={release.history} />
      <Details release={release} pods={props.pods} manifest={props.manifest} onManifest={props.onManifest} />
      {!gone && (
        <ActionDialog
          release={release}
          asking={asking}
          commands={commands.value ?? []}
          stale={props.old ?? stale !== undefined}
          checking={props.checking ?? false}
          onClose={props.onClose}
          onSend={props.onSend}
        />
      )}
    </main>
  )
}
