export { normalQuantile } from '../special/normalQuantile.ts'
export {
  classifyMannWhitney,
  classifyMeanInequality,
  type MetricClass,
  type MetricClassification,
  type MetricPair,
} from './classifier.ts'
export type { ClassifierOptions, Direction } from './classifierOptions.ts'
export { type CanaryConfig, CanaryConfigError, type MetricConfig, readCanaryConfig } from './config.ts'
export { cles, cohensD, type EffectSizeMeasure, meanRatio } from './effect.ts'
export { KayentaError, type KayentaErrorCode } from './errors.ts'
export { type JudgeOptions, type JudgeResult, judge, type MetricResult } from './judge.ts'
export { lookup } from './lookup.ts'
export { type LocationShift, mannWhitney } from './mannWhitney.ts'
export type { Frame, MetricNames, MetricSet, MetricSets } from './metricSets.ts'
export { expectedDataPoints, type MetricSetPair, mixMetricSets } from './mixer.ts'
export { type Noise, seededNoise } from './noise.ts'
export { iqrOutliers, sigmaOutliers } from './outliers.ts'
export type { FlatPair, JudgedPair, JudgedPairs, PairedValues, Tags } from './pairs.ts'
export { expandQuery } from './query/registry.ts'
export type { CanaryScope, QueryAccount, QueryConfig, Templates } from './query/scope.ts'
export { wavefrontGranularity } from './query/wavefront.ts'
export type { NanStrategy, Samples } from './samples.ts'
export { classifyScore, type Score, type ScoreClass, type ScoredMetric, type ScoreThresholds, weightedSumScore } from './score.ts'
export {
  type AnalysisRequest,
  aggregate,
  failsFast,
  type Judgement,
  sampleWarnings,
  standaloneAnalysis,
  type Verdict,
  type Window,
  windows,
} from './standalone.ts'
export { percentile, type Summary, summarize } from './summary.ts'
