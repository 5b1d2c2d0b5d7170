import { mostSteps, type RolloutSpecInput } from '../../api/rollout.ts'
import { durationText, secondsOf } from '../durations.ts'
import type { Reading } from '../reading.ts'
import { type AnalysisHome, atMostFor, stepTemplates, templateRefs } from './analysisUse.ts'

type StepInput = NonNullable<NonNullable<RolloutSpecInput['canary']>['steps']>[number]

export interface Steps {
  readonly steps: StepInput[]
  /** For each step of the source, in its order, the number of the first step of ours that is not before it, counted from 1. */
  readonly numbers: readonly number[]
}

/** `steps` of a canary. Those without a counterpart are listed and left out. */
export function stepsOf(reading: Reading, maxWeight: number, home: AnalysisHome): Steps {
  const steps: StepInput[] = []
  const numbers: number[] = []
  for (const step of reading.items()) {
    numbers.push(steps.length + 1)
    if (steps.length === mostSteps) {
      step.lost(`a Rollout has at most ${mostSteps} steps`, 'leave some out')
      continue
    }
    const found = stepOf(step, maxWeight, home)
    if (found) steps.push(found)
  }
  return { steps, numbers }
}

function stepOf(step: Reading, maxWeight: number, home: AnalysisHome): StepInput | undefined {
  const weight = step.at('setWeight')
  if (weight.value !== undefined) return weightStep(weight, maxWeight)
  const pause = step.at('pause')
  if (pause.value !== undefined) return pauseStep(pause)
  if (step.at('setCanaryScale').value !== undefined) return scaleStep(step.at('setCanaryScale'))
  const analysis = step.at('analysis')
  if (analysis.value !== undefined) {
    const templates = stepTemplates(analysis, home)
    if (templates.length > 0) return { analyze: { templates, ...atMostFor(templateRefs(analysis.at('templates')), home) } }
    analysis.say({ severity: 'lost', what: 'a step analysis that names no template', doInstead: 'write analyze: {templates: [{name: …}]}' })
    return undefined
  }
  for (const [key, doInstead] of Object.entries(without)) step.at(key).lost(`there is no step ${key}`, doInstead)
  return undefined
}

const without: Readonly<Record<string, string>> = {
  experiment:
    'write canary: {baseline: fresh}, which compares with new pods of the old version, and name the templates in spec.analysis.templates',
  setHeaderRoute: 'route by header with a Service and a rule of your own; Serin moves weights only',
  setMirrorRoute: 'mirror by a rule of your own; Serin moves weights only',
  plugin: 'write a step analyze with a template that has a job or a webhook',
}

function weightStep(reading: Reading, maxWeight: number): StepInput | undefined {
  const given = reading.count()
  if (given === undefined) return undefined
  const weight = Math.round((given / maxWeight) * 100)
  if (weight > 100) {
    reading.lost(`weight ${given} is more than all of the traffic`, 'write one up to 100')
    return undefined
  }
  if (weight * maxWeight !== given * 100) reading.changed(`${given} of ${maxWeight} is ${weight} %: weights are whole percents`)
  return { weight }
}

function pauseStep(reading: Reading): StepInput | undefined {
  const duration = reading.at('duration')
  if (duration.value === undefined) return typeof reading.value === 'object' ? { pause: {} } : undefined
  const text = duration.scalar() ?? ''
  const seconds = /^\d+$/.test(text) ? Number(text) : secondsOf(text)
  if (seconds === undefined || seconds >= 1e8) {
    duration.lost(`${text === '' ? 'the duration' : text} is no duration`, 'write pause: {for: 10m}')
    return undefined
  }
  return { pause: { for: durationText(seconds) } }
}

function scaleStep(reading: Reading): StepInput | undefined {
  if (reading.at('matchTrafficWeight').value === true) {
    reading.take()
    return { scale: { matchTraffic: true } }
  }
  reading.at('matchTrafficWeight').flag()
  const replicas = reading.at('replicas').count()
  const percent = reading.at('weight').count()
  if (replicas !== undefined && replicas <= 100_000) {
    if (percent !== undefined) reading.at('weight').changed('replicas decide where both are written')
    return { scale: { replicas } }
  }
  if (percent !== undefined && percent <= 100) return { scale: { percent } }
  reading.lost('setCanaryScale without a size that Serin has', 'write scale: {replicas: …}, {percent: …} or {matchTraffic: true}')
  return undefined
}
