import type { Pledge } from '../promises.ts'

export const answers: readonly Pledge[] = [
  {
    name: 'one answer',
    says: 'Every command is answered, once; the answer does not change.',
    watch(_shop) {
      const given = new Map<string, string>()
      return {
        changed(_sight, { type, object }) {
          if (object.kind !== 'RolloutCommand' || type === 'DELETED' || object.status?.phase === undefined) return undefined
          const answer = `${object.status.phase}: ${object.status.message}`
          const before = given.get(object.metadata.uid ?? '')
          given.set(object.metadata.uid ?? '', answer)
          return before === undefined || before === answer
            ? undefined
            : `${object.metadata.name} was answered "${before}", and then "${answer}"`
        },
        calm(sight) {
          if (!sight.rollout) return undefined
          for (const { metadata, status } of sight.commands.values())
            if (status?.phase !== 'Done' && status?.phase !== 'Refused') return `${metadata.name} was never answered`
          return undefined
        },
      }
    },
  },
]
