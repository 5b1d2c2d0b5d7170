import { analysisRunKind } from './analysisRun.ts'
import { analysisTemplateKind, clusterAnalysisTemplateKind } from './analysisTemplate.ts'
import type { Kind } from './kind.ts'
import { clusterMetricSourceKind, metricSourceKind } from './metricSource.ts'
import { notificationKind } from './notification.ts'
import { clusterNotifierKind, notifierKind } from './notifier.ts'
import { rolloutKind } from './rollout.ts'
import { rolloutCommandKind } from './rolloutCommand.ts'

/** Every kind of ours. A new kind is a file with its schema, and a line here. */
export const kinds: readonly Kind[] = [
  rolloutKind,
  rolloutCommandKind,
  analysisTemplateKind,
  clusterAnalysisTemplateKind,
  analysisRunKind,
  metricSourceKind,
  clusterMetricSourceKind,
  notifierKind,
  clusterNotifierKind,
  notificationKind,
]

/** The kind of that name; throws when it is not ours. */
export function kindNamed(name: string): Kind {
  const kind = kinds.find((one) => one.kind === name)
  if (!kind) throw new Error(`no kind ${name}: there are ${kinds.map((one) => one.kind).join(', ')}`)
  return kind
}
