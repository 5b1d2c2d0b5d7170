import type { ReactNode } from 'react'
import type { Problem } from '../../../../controller/src/server/dto/problem.ts'
import { ApiError } from '../../api/client.ts'
import { ago, type Story } from '../../gallery/story.ts'
import { told } from '../../gallery/told.tsx'
import { analysis, good, open, seriesOf, tried } from './fixtures/evidence.ts'
import { commands, events } from './fixtures/happened.ts'
import { pods } from './fixtures/pods.ts'
import { moving, resting } from './fixtures/release.ts'
import { ReleaseView, type ReleaseViewProps } from './ReleaseView.tsx'

export const nothing = () => {}

export const story = (name: string, content: ReactNode): Story => ({ name: `release/${name}`, render: () => told(content) })

/** A run that waits for evidence, with everything loaded and nothing asked. */
const base: ReleaseViewProps = {
  release: moving,
  analysis: { value: analysis },
  series: { value: seriesOf(open) },
  trends: {
    [open.name]: seriesOf(open).points.map(({ canary }) => canary),
    [good.name]: seriesOf(good).points.map(({ canary }) => canary),
    [tried.name]: seriesOf(tried, false).points.map(({ canary }) => canary),
  },
  metric: open.name,
  pods: { value: pods },
  events: { value: events },
  commands: { value: commands },
  manifest: { value: 'apiVersion: serin.dev/v1alpha1\nkind: Rollout\nmetadata:\n  name: web\n  namespace: shop\n' },
  asking: { state: 'idle' },
  onMetric: nothing,
  onAnalysis: nothing,
  onManifest: nothing,
  onChoose: nothing,
  onClose: nothing,
  onSend: nothing,
}

/** The same, but for what a story tells. */
export const view = (name: string, more: Partial<ReleaseViewProps>): Story => story(name, <ReleaseView {...base} {...more} />)

/** What a release at rest has beside it. */
export const calm: Partial<ReleaseViewProps> = {
  release: resting,
  analysis: { value: { ...analysis, name: 'web-11', metrics: [good], phase: 'Pass', verdict: 'Pass', endedAt: ago(60 * 24 * 9) } },
  series: { value: seriesOf(good, false) },
  trends: undefined,
  metric: good.name,
  commands: { value: [] },
  events: { value: [] },
}

export const problem = (more: Partial<Problem>): ApiError =>
  new ApiError({
    type: 'https://serin.dev/problems',
    code: 'SERIN-404-ROLLOUT',
    title: 'Not found',
    status: 404,
    detail: 'There is no Rollout "web" in namespace shop.',
    effect: 'Runs under way continue.',
    requestId: '5d0f3c1e-77b1-4a1e-9a39-6b2f0c1d2e3f',
    ...more,
  })
