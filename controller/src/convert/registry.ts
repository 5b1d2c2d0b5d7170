import { analysisRun, analysisTemplate, clusterAnalysisTemplate } from './argo/analysisTemplate.ts'
import { experiment } from './argo/experiment.ts'
import { rollout as argoRollout } from './argo/rollout.ts'
import { scaleTarget } from './argo/scaleTarget.ts'
import type { Converter, Peer } from './converter.ts'
import type { Source } from './documents.ts'
import { alertProvider } from './flagger/alertProvider.ts'
import { canary } from './flagger/canary.ts'
import { metricTemplate } from './flagger/metricTemplate.ts'
import { canaryConfig } from './kayenta/canaryConfig.ts'
import { batchRelease, rolloutHistory, trafficRouting } from './kruise/others.ts'
import { rollout as kruiseRollout } from './kruise/rollout.ts'

/** Every converter; the first that accepts a source converts it. A new kind is a file and a line here. */
export const converters: readonly Converter[] = [
  argoRollout, //
  analysisTemplate,
  clusterAnalysisTemplate,
  analysisRun,
  experiment,
  scaleTarget,
  canary,
  metricTemplate,
  alertProvider,
  kruiseRollout,
  trafficRouting,
  batchRelease,
  rolloutHistory,
  canaryConfig,
]

const argoKinds = ['Rollout', 'AnalysisTemplate', 'ClusterAnalysisTemplate', 'AnalysisRun', 'Experiment']

/** Whose kind it is, whether or not there is a converter; undefined: none of the peers'. */
export function peerOf({ apiVersion, kind }: Source): Peer | undefined {
  const [group] = apiVersion.split('/')
  if (group === 'argoproj.io' && argoKinds.includes(kind)) return 'argo'
  if (group === 'flagger.app') return 'flagger'
  if (group === 'rollouts.kruise.io') return 'kruise'
  return undefined
}
