import { milliseconds } from '../../api/fields.ts'
import type { KnownValues } from '../../evidence/resolveTexts.ts'
import type { AnalysisObject } from '../../rollout/observed.ts'

/** What the texts of Jobs and webhooks may insert: the words of the new version. */
export function knownOf({ spec, metadata }: AnalysisObject): KnownValues {
  return { namespace: metadata.namespace, arm: spec.arms.canary, args: spec.args ?? {}, interval: milliseconds(spec.interval) }
}
