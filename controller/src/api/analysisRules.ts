import type { CelRule } from './fields.ts'
import { at, has } from './rules.ts'

/** What spec.analysis asks of the rest of a Rollout's spec. */
export const analysisRules: CelRule[] = [
  {
    rule: '!has(self.analysis) || !has(self.blueGreen) || !has(self.analysis.templates)',
    message: 'spec.analysis.templates watches a canary: with blueGreen write before or after',
    check: (self) => !has(self, 'blueGreen') || !has(self, 'analysis.templates'),
  },
  {
    rule: '!has(self.analysis) || has(self.blueGreen) || !(has(self.analysis.before) || has(self.analysis.after))',
    message: 'spec.analysis: before and after stand around the switch of blueGreen; write templates for a canary',
    check: (self) => has(self, 'blueGreen') || !(has(self, 'analysis.before') || has(self, 'analysis.after')),
  },
  {
    rule: '!has(self.analysis) || !has(self.analysis.from) || (has(self.canary) && has(self.canary.steps) && self.analysis.from <= size(self.canary.steps))',
    message: 'spec.analysis.from is the number of a step of spec.canary.steps, counted from 1: there is no such step',
    check: (self) => !has(self, 'analysis.from') || Number(at(self, 'analysis.from')) <= stepsOf(self).length,
  },
  {
    rule: '!has(self.canary) || !has(self.canary.steps) || (has(self.analysis) && has(self.analysis.templates)) || self.canary.steps.all(step, !has(step.analyze) || has(step.analyze.templates))',
    message: 'a step analyze needs templates: its own, or those of spec.analysis.templates',
    check: (self) =>
      has(self, 'analysis.templates') || stepsOf(self).every((step) => !has(step, 'analyze') || has(step, 'analyze.templates')),
  },
  {
    rule: "!has(self.canary) || self.canary.baseline != 'fresh' || size(self.traffic.routes) > 0",
    message:
      'spec.canary.baseline: fresh needs spec.traffic.routes: only routes give the fresh pods the same share as the canary; write them, or baseline: stable',
    check: (self) => at(self, 'canary.baseline') !== 'fresh' || [at(self, 'traffic.routes') ?? []].flat().length > 0,
  },
]

function stepsOf(self: unknown): unknown[] {
  const steps = at(self, 'canary.steps')
  return Array.isArray(steps) ? steps : []
}
