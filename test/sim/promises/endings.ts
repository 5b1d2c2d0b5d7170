import { type Sight, statusOf } from '../book.ts'
import type { Watch } from '../promises.ts'
import { rollsNatively } from './sights.ts'
import { waitsForEvidence, waitsForPeople } from './waits.ts'

export const everythingEnds: Watch = (shop) => {
  const present = ({ rollout, deployment }: Sight) => rollout !== undefined && deployment !== undefined
  return {
    calm(sight) {
      const status = statusOf(sight)
      if (!present(sight)) return undefined
      if (!status) return `Rollout ${shop.name} was never looked at`
      const { run } = status
      return !run || waitsForPeople(sight)
        ? undefined
        : `run ${run.id} is ${run.stage}, step ${JSON.stringify(run.step)}, and waits for ${JSON.stringify(run.waiting)}${waitsForEvidence(sight) ? ' (evidence)' : ''}`
    },
    rested(sight) {
      const status = statusOf(sight)
      if (sight.rollout?.metadata.deletionTimestamp) return `Rollout ${shop.name} is deleted, and does not go: ${status?.message}`
      if (!present(sight)) return undefined
      const { run, phase, message, refused, stable } = status ?? {}
      if (run) return `run ${run.id} is still ${run.stage}: ${JSON.stringify(run.waiting)}`
      if (phase === 'Healthy' || (phase === 'Progressing' && rollsNatively(sight))) return undefined
      const image = sight.deployment?.spec.template.spec.containers[0].image
      const held = refused && sight.deployment?.spec.paused && (stable?.images[0] !== image || /restart/.test(refused.because))
      return phase === 'Degraded' && held ? undefined : `it ends as ${phase}: ${message}`
    },
  }
}
