import { z } from 'zod'
import { Duration, ObjectName } from './fields.ts'

/** How a Rollout uses analysis; refused until analyses run. */
export const AnalysisUse = z.object({
  templates: z
    .array(z.object({ name: ObjectName, scope: z.enum(['Namespace', 'Cluster']).optional() }))
    .max(20)
    .optional(),
  args: z.record(z.string(), z.string()).optional(),
  from: z.int().min(0).max(50).optional(),
  warmup: Duration.optional(),
  bake: Duration.optional(),
  deadline: Duration.optional(),
  onInconclusive: z.enum(['pause', 'promote', 'rollback']).optional(),
  onNoData: z.enum(['pause', 'rollback', 'ignore']).optional(),
  alpha: z.number().gt(0).lt(1).optional(),
  beta: z.number().gt(0).lt(1).optional(),
})
