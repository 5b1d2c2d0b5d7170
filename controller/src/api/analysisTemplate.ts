import { z } from 'zod'
import { TemplateRefs } from './analysisUse.ts'
import { interval, Judging, Metric } from './metric.ts'
import { exactlyOneOf, has } from './rules.ts'
import { SecretKeyRef } from './secretRef.ts'
import { twinKinds } from './twinKinds.ts'

export const TemplateArg = z
  .object({
    name: z
      .string()
      .min(1)
      .max(63)
      .regex(/^[a-zA-Z]([-_a-zA-Z0-9]*[a-zA-Z0-9])?$/)
      .meta({ description: 'Written as {{args.name}} in queries.', write: 'a name of letters, digits, "-" and "_"' }),
    value: z
      .string()
      .max(1024)
      .optional()
      .meta({ description: 'Default; left out with valueFrom too: whoever uses the template must give one.' }),
    valueFrom: z
      .object({
        secretKeyRef: SecretKeyRef.optional().meta({
          description: 'A key of a Secret. Only for headers and bodies of webhooks, never for queries.',
        }),
        fieldRef: z
          .object({
            path: z
              .enum(['metadata.name', 'metadata.namespace', 'spec.service', 'spec.workload.name'])
              .meta({ description: 'Which field.' }),
          })
          .optional()
          .meta({ description: 'A field of the Rollout.' }),
      })
      .meta({ cel: [exactlyOneOf(['secretKeyRef', 'fieldRef'], 'valueFrom: write exactly one of secretKeyRef and fieldRef')] })
      .optional()
      .meta({ description: 'Where its value comes from.' }),
  })
  .meta({
    cel: [
      {
        rule: '!(has(self.value) && has(self.valueFrom))',
        message: 'an argument has a value or a valueFrom, not both',
        check: (self) => !(has(self, 'value') && has(self, 'valueFrom')),
      },
    ],
  })
export type TemplateArg = z.output<typeof TemplateArg>

export const AnalysisTemplateSpec = z
  .object({
    args: z
      .array(TemplateArg)
      .max(50)
      .default([])
      .meta({ description: 'What queries may insert.', listType: 'map', listKeys: ['name'] }),
    judge: Judging.prefault({}),
    interval,
    metrics: z
      .array(Metric)
      .max(20)
      .default([])
      .meta({ description: 'What is measured.', listType: 'map', listKeys: ['name'] }),
    templates: TemplateRefs.default([]).meta({ description: 'Further templates, merged into this one.' }),
  })
  .meta({
    cel: [
      {
        rule: 'size(self.metrics) > 0 || size(self.templates) > 0',
        message: 'a template has at least one metric, of its own or of another template',
        check: (self) => {
          const { metrics, templates } = self as { metrics: unknown[]; templates: unknown[] }
          return metrics.length > 0 || templates.length > 0
        },
      },
    ],
  })
export type AnalysisTemplateSpec = z.output<typeof AnalysisTemplateSpec>
export type AnalysisTemplateSpecInput = z.input<typeof AnalysisTemplateSpec>

export const [analysisTemplateKind, clusterAnalysisTemplateKind] = twinKinds(
  { kind: 'AnalysisTemplate', spec: AnalysisTemplateSpec, columns: [{ name: 'Interval', type: 'string', jsonPath: '.spec.interval' }] },
  {
    shortName: 'sat',
    description: 'What is measured during a release, and what counts as harm. A run keeps the template as it was when the run began.',
  },
  { shortName: 'scat', description: 'An AnalysisTemplate for every namespace.' },
)
