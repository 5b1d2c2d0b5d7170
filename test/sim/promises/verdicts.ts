import { statusOf } from '../book.ts'
import type { Pledge } from '../promises.ts'
import { natureOf } from '../versions.ts'
import { awayFromRoot } from './routing.ts'

export const verdicts: readonly Pledge[] = [
  {
    name: 'bad stays away',
    says: 'A version that was refused gets no traffic again without a command of a person, or a new commit of it.',
    watch(shop) {
      let refused: string | undefined
      let runs = 0
      return {
        changed(sight, { object }) {
          const status = statusOf(sight)
          if (object.kind === 'Rollout') {
            refused = status?.refused?.template
            runs = status?.lastRun ?? 0
          }
          if (refused === undefined || status?.run || awayFromRoot(sight, shop.name) === 0) return undefined
          return `the template ${refused} was refused in run ${runs}, and gets ${awayFromRoot(sight, shop.name)} %`
        },
      }
    },
  },
  {
    name: 'held is held',
    says: 'A held template is not rolled out by the native controller: no set of it gets pods before the run that releases it.',
    watch(shop, sim) {
      return {
        changed(sight, { type, object }) {
          if (object.kind !== 'Pod' || type !== 'ADDED' || sim.loose(shop.name)) return undefined
          const status = statusOf(sight)
          const set = [...sight.sets.values()].find(({ metadata }) => metadata.uid === object.metadata.ownerReferences?.[0]?.uid)
          if (!set || !status?.stable) return undefined
          const known = [status.stable.set, status.run?.to.set, status.run?.from.set, status.run?.baseline?.set, status.kept?.version.set]
          if (known.includes(set.metadata.name)) return undefined
          // A controller makes the set before it writes the run down, never the pods of it under traffic.
          return set.metadata.ownerReferences?.some(({ kind, controller }) => kind === 'Deployment' && controller)
            ? `${set.metadata.name}, which no run releases, got pod ${object.metadata.name} from the Deployment`
            : undefined
        },
      }
    },
  },
  {
    name: 'only what serves is promoted',
    says: 'No version is promoted by itself that cannot serve.',
    watch() {
      const seen = new Set<number>()
      return {
        changed(sight, { object }) {
          if (object.kind !== 'Rollout') return undefined
          for (const entry of statusOf(sight)?.history ?? []) {
            if (seen.has(entry.id)) continue
            seen.add(entry.id)
            const version: string = entry.to.images[0]?.split(':')[1] ?? ''
            const nature = natureOf(version)
            if (entry.result === 'Promoted' && (nature === 'unready' || nature === 'missing') && sight.deployment?.spec.replicas !== 0)
              return `run ${entry.id} promoted ${version}: ${entry.because}`
          }
          return undefined
        },
      }
    },
  },
]
