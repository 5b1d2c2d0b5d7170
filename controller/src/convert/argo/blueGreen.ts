import type { Reading } from '../reading.ts'
import { analysisUse, type GivenArgs } from './analysisUse.ts'
import { delaysOf, durationOf, type Strategy } from './canary.ts'

/** `strategy.blueGreen`; undefined, and said: it names no Service to switch. Arguments of its analyses are added to `given`. */
export function blueGreenOf(blueGreen: Reading, given: GivenArgs): Strategy | undefined {
  const service = blueGreen.at('activeService').text()
  if (service === undefined) {
    blueGreen.say({
      severity: 'lost',
      what: 'blueGreen without an activeService switches nothing',
      doInstead: 'write service and blueGreen: {}',
    })
    return undefined
  }
  const before = stageOf(blueGreen.at('prePromotionAnalysis'), given)
  const after = stageOf(blueGreen.at('postPromotionAnalysis'), given)
  for (const [key, what, instead] of without) blueGreen.at(key).lost(what, instead)
  return {
    service,
    blueGreen: { ...previewOf(blueGreen, service), ...approvalOf(blueGreen) },
    ...(before || after ? { analysis: { ...(before ? { before } : {}), ...(after ? { after } : {}) } } : {}),
    ...delaysOf(blueGreen),
  }
}

const without = [
  ['activeMetadata', 'labels and annotations by role', 'pods of both versions carry the labels of the template'],
  ['previewMetadata', 'labels and annotations by role', 'pods of both versions carry the labels of the template'],
  ['antiAffinity', 'anti-affinity between versions', 'write topologySpreadConstraints into the template'],
  ['scaleDownDelayRevisionLimit', 'only the previous version stays warm', ''],
  ['replicaProgressThreshold', 'all pods of a version have to be ready', ''],
] as const

function previewOf(blueGreen: Reading, service: string): { previewService?: string; previewReplicas?: number } {
  const preview = blueGreen.at('previewService')
  const previewService = preview.text()
  if (previewService !== undefined)
    preview.todo(`Serin makes Service ${previewService} for each run`, 'delete the one that is there before the first release')
  const replicas = blueGreen.at('previewReplicaCount').count()
  return {
    ...(previewService === undefined || previewService === service ? {} : { previewService }),
    ...(replicas === undefined || replicas === 0 ? {} : { previewReplicas: replicas }),
  }
}

/** Seconds count only where a promotion needs nobody. */
function approvalOf(blueGreen: Reading): { approve?: 'manual'; autoPromoteAfter?: string } {
  const manual = blueGreen.at('autoPromotionEnabled').flag() === false
  const after = blueGreen.at('autoPromotionSeconds')
  const seconds = after.count()
  if (manual && seconds !== undefined) after.changed('seconds without autoPromotionEnabled have no effect')
  return {
    ...(manual ? { approve: 'manual' as const } : {}),
    ...(manual || seconds === undefined || seconds === 0 ? {} : { autoPromoteAfter: durationOf(seconds) }),
  }
}

function stageOf(reading: Reading, given: GivenArgs): { templates: ReturnType<typeof analysisUse> } | undefined {
  if (reading.value === undefined) return undefined
  const templates = analysisUse(reading, given)
  return templates.length === 0 ? undefined : { templates: templates.slice(0, 20) }
}
