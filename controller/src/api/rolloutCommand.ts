import { z } from 'zod'
import { ObjectName, Ordinal, Sentence, Timestamp } from './fields.ts'
import { age, type Kind } from './kind.ts'
import { apiVersion } from './rollout.ts'
import { immutable } from './rules.ts'

const commandActions = ['promote', 'promoteFull', 'pause', 'resume', 'abort', 'retry', 'approve', 'reject', 'undo', 'restart'] as const

export const RolloutCommandSpec = z
  .object({
    rollout: ObjectName.meta({ description: 'Name of the Rollout, in the same namespace.' }),
    action: z.enum(commandActions).meta({ description: 'What to do; also the RBAC verb that it needs on the Rollout.' }),
    run: Ordinal.optional().meta({ description: 'Refused unless this run is under way.' }),
    step: Ordinal.optional().meta({ description: 'Refused unless the run is at this step.' }),
    revision: z
      .string()
      .max(63)
      .optional()
      .meta({ description: 'Refused unless this version (hash) is the one being released; for undo: the version to go back to.' }),
    reason: Sentence.optional().meta({ description: 'Why; kept in the audit trail.' }),
    requestedBy: z
      .object({
        username: z.string().max(1024).meta({ description: 'The user name, as the API server knows it.' }),
        groups: z.array(z.string().max(1024)).max(1000).optional().meta({ description: 'The groups of the user.' }),
        uid: z.string().max(1024).optional().meta({ description: 'What tells users apart who have the same name.' }),
      })
      .optional()
      .meta({ description: 'Who asked. Written by the API server over whatever the client claims.' }),
  })
  .meta({ cel: [immutable('a RolloutCommand cannot be changed: make a new one')] })

export const RolloutCommandStatus = z.object({
  phase: z.enum(['Pending', 'Done', 'Refused']).meta({ description: 'Whether it was acted on.' }),
  message: Sentence.meta({ description: 'What was done, or why not.' }),
  at: Timestamp.meta({ description: 'When it was answered.' }),
})

const RolloutCommand = z
  .object({
    apiVersion: z.literal(apiVersion),
    kind: z.literal('RolloutCommand'),
    metadata: z.looseObject({ name: z.string(), namespace: z.string() }),
    spec: RolloutCommandSpec,
    status: RolloutCommandStatus.optional(),
  })
  .meta({ description: 'What a person or a machine asks of a Rollout. Kept as the audit trail.' })

export const rolloutCommandKind: Kind = {
  kind: 'RolloutCommand',
  plural: 'rolloutcommands',
  singular: 'rolloutcommand',
  shortNames: ['rcmd'],
  categories: ['serin'],
  schema: RolloutCommand,
  columns: [
    { name: 'Rollout', type: 'string', jsonPath: '.spec.rollout' },
    { name: 'Action', type: 'string', jsonPath: '.spec.action' },
    { name: 'By', type: 'string', jsonPath: '.spec.requestedBy.username' },
    { name: 'Phase', type: 'string', jsonPath: '.status.phase' },
    { name: 'Message', type: 'string', jsonPath: '.status.message' },
    age,
  ],
}

export type CommandAction = (typeof commandActions)[number]
export type RolloutCommandSpec = z.output<typeof RolloutCommandSpec>
export type RolloutCommandStatus = z.output<typeof RolloutCommandStatus>
