import type { Obj } from '../../../sandbox/src/types.ts'
import { controllerOf, statusOf } from '../book.ts'
import type { Pledge } from '../promises.ts'

export const isReady = (pod: Obj): boolean =>
  pod.metadata.deletionTimestamp === undefined &&
  (pod.status?.conditions ?? []).some(({ type, status }: { type: string; status: string }) => type === 'Ready' && status === 'True')

export const pods: readonly Pledge[] = [
  {
    name: 'one active set',
    says: 'At most one set with pods belongs to the Deployment while a run takes its steps: nothing is scaled in proportion.',
    watch(shop) {
      return {
        changed(sight) {
          const run = statusOf(sight)?.run
          const { deployment } = sight
          if (!run || !deployment || run.outcome?.released || (run.spec.handOver?.at ?? 100) < 100) return undefined
          const active = [...sight.sets.values()].filter(
            (set) => set.spec.replicas > 0 && controllerOf(set)?.uid === deployment.metadata.uid,
          )
          return active.length < 2
            ? undefined
            : `${active.map(({ metadata, spec }) => `${metadata.name} (${spec.replicas})`).join(' and ')} belong to Deployment ${shop.name}`
        },
      }
    },
  },
  {
    name: 'nothing restarts',
    says: 'A promotion restarts no pod: whoever was ready when the new version was handed over is there when the run ends.',
    watch(shop, sim) {
      let handed: { run: number; pods: string[]; replicas: number } | undefined
      return {
        changed(sight, { object, old }) {
          const status = statusOf(sight)
          const run = status?.run
          if (object.kind === 'ReplicaSet' && run && object.metadata.name === run.to.set && old) {
            if (controllerOf(old)?.kind === 'Rollout' && controllerOf(object)?.kind === 'Deployment' && run.stage === 'Promoting')
              handed = {
                run: run.id,
                replicas: sight.deployment?.spec.replicas ?? 0,
                pods: [...sight.pods.values()]
                  .filter((pod) => controllerOf(pod)?.uid === object.metadata.uid && isReady(pod))
                  .map(({ metadata }) => metadata.name),
              }
          }
          if (object.kind !== 'Rollout' || !handed || run?.id === handed.run) return undefined
          const { run: id, pods: names, replicas } = handed
          handed = undefined
          const entry = status?.history?.find((one: { id: number }) => one.id === id)
          if (entry?.result !== 'Promoted' || sim.excused(shop.name) || (sight.deployment?.spec.replicas ?? 0) < replicas) return undefined
          if (status?.run !== undefined || /^(crash|flaky)/.test(entry.to.images[0]?.split(':')[1] ?? '')) return undefined
          const lost = names.filter((name) => !sight.pods.has(name))
          return lost.length === 0 ? undefined : `${lost.join(', ')} did not live through the promotion of run ${id}`
        },
      }
    },
  },
  {
    name: 'nothing is orphaned',
    says: 'When all is over no pod, set or Service of a run is left.',
    watch(shop) {
      return {
        rested(sight) {
          if (sight.services.has(`${shop.name}-canary`)) return `Service ${shop.name}-canary is left`
          if (sight.services.has(`${shop.name}-baseline`)) return `Service ${shop.name}-baseline is left`
          const kept = statusOf(sight)?.kept?.version.set
          for (const set of sight.sets.values()) {
            const owner = controllerOf(set)
            if (owner?.kind === 'Rollout' && set.metadata.name !== kept)
              return `ReplicaSet ${set.metadata.name} still belongs to the Rollout`
            if (owner === undefined) return `ReplicaSet ${set.metadata.name} belongs to nobody`
          }
          const serving = [...sight.pods.values()].filter(({ metadata }) => metadata.deletionTimestamp === undefined).length
          const wanted = sight.deployment?.spec.replicas ?? 0
          return kept !== undefined || serving <= wanted + 1 ? undefined : `${serving} pods are there, and ${wanted} were wanted`
        },
      }
    },
  },
]
