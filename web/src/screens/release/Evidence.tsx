import { useState } from 'react'
import type { AnalysisSummary } from '../../../../controller/src/server/dto/detail.ts'
import type { AnalysisView, Series } from '../../../../controller/src/server/dto/evidence.ts'
import { ArmsChart } from '../../parts/charts/ArmsChart.tsx'
import { BandChart } from '../../parts/charts/BandChart.tsx'
import { ErrorState } from '../../parts/ErrorState.tsx'
import { Panel } from '../../parts/Panel.tsx'
import { Select } from '../../parts/Select.tsx'
import { Skeleton } from '../../parts/Skeleton.tsx'
import { strings } from '../../strings.ts'
import type { Loaded } from './loaded.ts'

const words = strings.evidence

/** The chosen metric over time: both versions, or their ratio with its limits. */
export function Evidence({
  analysis,
  series,
  metric,
  onMetric,
  choices,
  onAnalysis,
  title = words.title,
}: {
  analysis: Loaded<AnalysisView>
  series: Loaded<Series>
  metric: string | undefined
  onMetric(metric: string): void
  /** Analyses of the same run: beside it, for a step, before or after the switch. */
  choices: readonly AnalysisSummary[]
  onAnalysis(name: string): void
  title?: string
}) {
  const [view, setView] = useState<'band' | 'arms'>()
  const names = analysis.value?.metrics.map(({ name }) => name) ?? []
  const hasBand = series.value?.points.some(({ estimate }) => estimate !== null) ?? false
  const shown = view ?? (hasBand ? 'band' : 'arms')
  return (
    <Panel
      title={title}
      className="evidence"
      actions={
        <>
          {choices.length > 1 && analysis.value && (
            <Select
              inline
              label={words.analysis}
              value={analysis.value.name}
              options={choices.map(({ name, stage, phase }) => ({ value: name, label: words.analysisText(name, stage, phase) }))}
              onChange={onAnalysis}
            />
          )}
          {names.length > 1 && metric !== undefined && (
            <Select
              inline
              label={words.metric}
              value={metric}
              options={names.map((name) => ({ value: name, label: name }))}
              onChange={onMetric}
            />
          )}
          {hasBand && (
            <Select<'band' | 'arms'>
              inline
              label={words.view}
              value={shown}
              options={(['band', 'arms'] as const).map((value) => ({ value, label: words.views[value] }))}
              onChange={setView}
            />
          )}
        </>
      }
    >
      <Content analysis={analysis} series={series} shown={shown} />
    </Panel>
  )
}

function Content({ analysis, series, shown }: { analysis: Loaded<AnalysisView>; series: Loaded<Series>; shown: 'band' | 'arms' }) {
  const failed = analysis.value ? series : analysis
  if (series.value) return shown === 'band' ? <BandChart series={series.value} /> : <ArmsChart series={series.value} />
  if (failed.error) return <ErrorState error={failed.error} small {...(failed.retry ? { retry: failed.retry } : {})} />
  if (analysis.value && analysis.value.metrics.length === 0) return <p className="muted">{words.none}</p>
  return <Skeleton rows={6} />
}
