import { useState } from 'react'
import type { MetricView } from '../../../../controller/src/server/dto/evidence.ts'
import { ago, hostile, long, type Story } from '../../gallery/story.ts'
import { told } from '../../gallery/told.tsx'
import { EmptyState } from '../../parts/EmptyState.tsx'
import { ErrorState } from '../../parts/ErrorState.tsx'
import { strings } from '../../strings.ts'
import { analysis, commands, errors, latency, memory, orders, report, seriesOf } from './fixtures.ts'
import type { Looking } from './looking.ts'
import { metricClasses } from './metrics.ts'
import { ReportSkeleton } from './ReportSkeleton.tsx'
import { ReportFrame, ReportView, type ReportViewProps } from './ReportView.tsx'

const place = { namespace: 'find', name: 'search', run: 7 }
const metrics = [errors, latency, memory, orders]

function Shown({ first = { hidden: new Set(), metric: undefined }, ...more }: Partial<ReportViewProps> & { first?: Looking }) {
  const [looking, setLooking] = useState<Looking>(first)
  return (
    <ReportView
      report={report}
      seriesOf={(_, name) => {
        const metric = metrics.find((one) => one.name === name)
        return metric && seriesOf(metric)
      }}
      commands={commands}
      looking={looking}
      onLooking={setLooking}
      address="https://serin.example/releases/find/search/runs/42"
      recordOf={(_, format) => `#record.${format}`}
      {...more}
    />
  )
}

const { ended: _, ...underWay } = report
const good = (name: string): MetricView => ({ ...memory, name, gate: true })

export const stories: readonly Story[] = [
  { name: 'report/loading', render: () => told(<ReportSkeleton {...place} />) },
  { name: 'report/rolled back', render: () => told(<Shown />) },
  {
    name: 'report/promoted',
    render: () => {
      const passed = [good('http-5xx'), good('latency-p95'), memory]
      return told(
        <Shown
          report={{
            ...report,
            ...(report.ended ? { ended: { ...report.ended, result: 'Promoted', because: 'every metric passed' } } : {}),
            verdict: 'Promoted after 25 min: every metric is surely within its margin.',
            analyses: [{ ...analysis, phase: 'Pass', verdict: 'Pass', message: 'Every metric passed.', metrics: passed, problems: [] }],
            similar: [],
          }}
          seriesOf={(_, name) => seriesOf(good(name))}
          commands={[]}
        />,
      )
    },
  },
  {
    name: 'report/under way',
    render: () =>
      told(
        <Shown
          report={{
            ...underWay,
            verdict: 'Under way at 5 %: latency-p95 is not decided yet.',
            analyses: [{ ...analysis, phase: 'Running', verdict: 'Running', message: latency.because, metrics: [latency, memory] }],
          }}
        />,
      ),
  },
  { name: 'report/no match', render: () => told(<Shown first={{ hidden: new Set(metricClasses), metric: undefined }} />) },
  { name: 'report/other metric', render: () => told(<Shown first={{ hidden: new Set(), metric: 'latency-p95' }} />) },
  { name: 'report/evidence gone', render: () => told(<Shown report={{ ...report, analyses: [] }} />) },
  {
    name: 'report/no metrics',
    render: () => told(<Shown report={{ ...report, analyses: [{ ...analysis, metrics: [], problems: [], learned: [] }] }} />),
  },
  { name: 'report/no course yet', render: () => told(<Shown seriesOf={() => undefined} commands={undefined} />) },
  { name: 'report/stale', render: () => told(<Shown staleSince={Date.parse(ago(2))} retry={() => {}} />) },
  { name: 'report/commands forbidden', render: () => told(<Shown commands="forbidden" />) },
  {
    name: 'report/several analyses',
    render: () =>
      told(
        <Shown
          report={{
            ...report,
            analyses: [
              analysis,
              {
                ...analysis,
                name: 'search-42-2',
                stage: 'Step',
                step: 2,
                phase: 'Pass',
                verdict: 'Pass',
                message: 'Every metric passed.',
                metrics: [memory],
                problems: [],
              },
              {
                ...analysis,
                name: 'search-42-after',
                stage: 'After',
                phase: 'Stopped',
                message: 'It was stopped: the run ended.',
                metrics: [],
                problems: [],
              },
            ],
          }}
        />,
      ),
  },
  {
    name: 'report/hostile and long names',
    render: () =>
      told(
        <Shown
          report={{
            ...report,
            namespace: hostile,
            name: long,
            verdict: `${hostile} ${long}`,
            from: { hash: hostile, images: [`${long}/${long}:1`] },
            to: { hash: long, images: [hostile, hostile.repeat(3)] },
            analyses: [
              {
                ...analysis,
                name: hostile,
                message: hostile,
                judge: hostile,
                templates: [long, hostile],
                metrics: [
                  { ...errors, name: hostile, because: hostile },
                  { ...latency, name: long.slice(0, 63) },
                ],
                problems: [{ what: hostile, kind: 'Query', because: `${hostile} ${long}`, since: ago(3) }],
                learned: [hostile],
                replay: `serin record ${long}`,
              },
            ],
            similar: [{ run: 1, endedAt: ago(99), because: hostile }],
          }}
          seriesOf={() => seriesOf(errors)}
          commands={[{ name: 'x', action: 'abort', by: hostile, run: 42, reason: hostile, phase: 'Done', message: long, askedAt: ago(20) }]}
        />,
      ),
  },
  {
    name: 'report/many metrics',
    render: () =>
      told(
        <Shown
          report={{
            ...report,
            analyses: [
              { ...analysis, metrics: Array.from({ length: 60 }, (_, at) => ({ ...(metrics[at % 4] ?? errors), name: `metric-${at}` })) },
            ],
          }}
          seriesOf={(_, name) => seriesOf(metrics[Number(name.slice(7)) % 4] ?? errors)}
        />,
      ),
  },
  {
    name: 'report/not found',
    render: () =>
      told(
        <ReportFrame {...place}>
          <EmptyState
            title={strings.report.missing}
            text="Rollout search does not remember run 7: it keeps 10 ended runs (spec.historyLimit), now 33 to 42."
          />
        </ReportFrame>,
      ),
  },
  {
    name: 'report/forbidden',
    render: () =>
      told(
        <ReportFrame {...place}>
          <ErrorState
            problem={{
              type: 'about:blank',
              code: 'SERIN-403-VERB',
              title: 'A right is missing',
              status: 403,
              detail: 'You may not get rollouts in find.',
              effect: 'Runs under way continue; nothing was changed.',
              requestId: 'r-1',
              missing: { verb: 'get', resource: 'rollouts.serin.dev', namespace: 'find', name: 'search' },
            }}
          />
        </ReportFrame>,
      ),
  },
]
