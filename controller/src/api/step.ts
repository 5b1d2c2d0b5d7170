import { z } from 'zod'
import { TemplateRefs } from './analysisUse.ts'
import { AnyObject, Duration, notYet, ObjectName, Percent, Sentence } from './fields.ts'
import { exactlyOneOf, longerThanZero } from './rules.ts'

const Condition = z.object({
  name: z.string().max(256),
  value: z.string().max(4096).optional(),
  prefix: z.string().max(4096).optional(),
  regex: z.string().max(4096).optional(),
})

const kinds = ['weight', 'scale', 'pause', 'analyze', 'approve', 'match', 'mirror', 'webhook', 'job', 'compare', 'fault', 'squeeze']
const later = 'write a step weight, scale, pause or analyze instead'

/** One step of a canary: exactly one of its keys is set. */
export const Step = z
  .object({
    weight: Percent.optional().meta({ description: 'Percent of the traffic that the canary gets; done when the data plane confirmed it.' }),
    scale: z
      .object({
        replicas: z.int().min(0).max(100_000).optional().meta({ description: 'This many pods.' }),
        percent: Percent.optional().meta({ description: 'This percentage of the pods of stable, rounded up.' }),
        matchTraffic: z.literal(true).optional().meta({ description: 'Again what the weight needs.' }),
      })
      .optional()
      .meta({
        description: 'Size of the canary from here on: a number of pods, percent of stable, or again what the weight needs.',
        cel: [
          exactlyOneOf(['replicas', 'percent', 'matchTraffic'], 'scale: write exactly one of replicas, percent and matchTraffic: true'),
        ],
      }),
    pause: z
      .object({ for: Duration.optional().meta({ description: 'How long; left out: until `serin promote`.' }) })
      .optional()
      .meta({ description: 'Waits: {} until `serin promote`, {for: 10m} exactly that long.' }),
    analyze: z
      .object({
        templates: TemplateRefs.min(1)
          .optional()
          .meta({ description: 'An analysis of its own, which begins with the step. Left out: that of spec.analysis.templates.' }),
        until: z.enum(['pass']).default('pass').meta({ description: 'The step is done when the analysis passes.' }),
        atMost: Duration.default('30m').meta({
          description: 'Undecided after this long is inconclusive.',
          cel: [longerThanZero('analyze.atMost must be longer than 0s')],
        }),
      })
      .optional()
      .meta({ description: 'Waits for evidence: {} for that of the analysis beside the run, with templates for an analysis of its own.' }),
    approve: notYet(
      z.object({ message: Sentence, groups: z.array(z.string().max(256)).max(50).optional(), count: z.int().min(1).max(20).optional() }),
      later,
    ),
    match: notYet(
      z.object({
        name: z.string().max(63),
        headers: z.array(Condition).max(16).optional(),
        cookies: z.array(Condition).max(16).optional(),
        path: z.string().max(1024).optional(),
      }),
      later,
    ),
    mirror: notYet(z.object({ percent: Percent }), later),
    webhook: notYet(
      z.object({
        url: z.string().max(2048),
        hmacSecretRef: z.object({ name: ObjectName, key: z.string().max(253) }).optional(),
        timeout: Duration.optional(),
        retries: z.int().min(0).max(10).optional(),
      }),
      later,
    ),
    job: notYet(z.object({ template: AnyObject }), later),
    compare: notYet(z.object({ for: Duration, replicas: z.int().min(1).max(1000).optional() }), later),
    fault: notYet(AnyObject, later),
    squeeze: notYet(AnyObject, later),
  })
  .meta({
    cel: [exactlyOneOf(kinds, `a step has exactly one key, one of ${kinds.join(', ')}: write each step as its own list item`)],
  })

export type Step = z.output<typeof Step>
