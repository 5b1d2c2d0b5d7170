import type fc from 'fast-check'
import type { z } from 'zod'
import { AnalysisRunSpec } from '../analysisRun.ts'
import { AnalysisTemplateSpec } from '../analysisTemplate.ts'
import { MetricSourceSpec } from '../metricSource.ts'
import { NotifierSpec } from '../notifier.ts'
import { RolloutSpec } from '../rollout.ts'
import { arbitraryRun, arbitrarySource, arbitraryTemplate } from './arbitraryAnalysis.ts'
import { arbitraryNotifier } from './arbitraryNotifier.ts'
import { arbitrarySpec } from './arbitraryRollout.ts'
import { refusedNotifiers, refusedRollouts, refusedRuns, refusedSources, refusedTemplates } from './refusedSpecs.ts'

/** What the laws of the kinds are tried on: specs that a kind takes, and ones that between them break its every rule. */
export interface KindCase {
  kind: string
  spec: z.ZodType
  valid: fc.Arbitrary<unknown>
  refused: Record<string, unknown>
}

export const kindCases: readonly KindCase[] = [
  { kind: 'Rollout', spec: RolloutSpec, valid: arbitrarySpec, refused: refusedRollouts },
  { kind: 'AnalysisTemplate', spec: AnalysisTemplateSpec, valid: arbitraryTemplate, refused: refusedTemplates },
  { kind: 'ClusterAnalysisTemplate', spec: AnalysisTemplateSpec, valid: arbitraryTemplate, refused: refusedTemplates },
  { kind: 'AnalysisRun', spec: AnalysisRunSpec, valid: arbitraryRun, refused: refusedRuns },
  { kind: 'MetricSource', spec: MetricSourceSpec, valid: arbitrarySource, refused: refusedSources },
  { kind: 'ClusterMetricSource', spec: MetricSourceSpec, valid: arbitrarySource, refused: refusedSources },
  { kind: 'Notifier', spec: NotifierSpec, valid: arbitraryNotifier, refused: refusedNotifiers },
  { kind: 'ClusterNotifier', spec: NotifierSpec, valid: arbitraryNotifier, refused: refusedNotifiers },
]
