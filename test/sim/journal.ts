import type { Change } from '../../sandbox/src/api.ts'

const revisionOf = ({ metadata }: Change['object']) => metadata.annotations?.['deployment.kubernetes.io/revision'] ?? '-'

/** A change in a line, for people. */
export function lineOf({ type, object }: Change): string {
  const { kind, metadata, spec, status } = object
  const name = `${type === 'MODIFIED' ? '' : `${type} `}${kind} ${metadata.name}`
  switch (kind) {
    case 'Rollout': {
      const run = status?.run
      const at = run
        ? ` run ${run.id} ${run.stage} ${run.step?.kind ?? ''} ${run.weight.wanted}/${run.weight.actual} %: ${run.waiting?.for}`
        : ''
      return `${name} ${status?.phase}${at} | ${status?.message}`
    }
    case 'Deployment':
      return `${name} ${spec.template.spec.containers[0].image} replicas ${spec.replicas} paused ${spec.paused ?? false}, revision ${revisionOf(object)}`
    case 'ReplicaSet':
      return `${name} of ${metadata.ownerReferences?.find(({ controller }) => controller)?.kind} ${spec.replicas} wanted, ${status?.availableReplicas ?? 0} available, revision ${revisionOf(object)}`
    case 'Service':
      return `${name} ${JSON.stringify(spec.selector)}`
    case 'RolloutCommand':
      return `${name} ${spec.action} ${status?.phase ?? ''} ${status?.message ?? ''}`
    default:
      return spec?.rules ? `${name} ${JSON.stringify(spec.rules.map((rule: { backendRefs?: unknown }) => rule.backendRefs))}` : name
  }
}
