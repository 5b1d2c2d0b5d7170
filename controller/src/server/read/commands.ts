import { requestIdAnnotation } from '../../api/commandObject.ts'
import { RolloutCommandSpec, RolloutCommandStatus } from '../../api/rolloutCommand.ts'
import type { KubeObject } from '../../kube/types.ts'
import type { CommandView } from '../dto/detail.ts'

const most = 500

/** Commands to a Rollout, the newest first. `stamped`: the API server writes who asks over whatever is claimed. */
export function commandViews(commands: readonly KubeObject[], rollout: string, stamped: boolean): CommandView[] {
  return commands
    .flatMap((command) => commandView(command, stamped, rollout) ?? [])
    .sort((a, b) => (a.askedAt < b.askedAt ? 1 : a.askedAt > b.askedAt ? -1 : a.name < b.name ? 1 : -1))
    .slice(0, most)
}

/** Undefined for one that is to another Rollout, or that cannot be understood. */
export function commandView(command: KubeObject, stamped: boolean, rollout?: string): CommandView | undefined {
  const { data: spec } = RolloutCommandSpec.safeParse(command.spec)
  if (!spec || (rollout !== undefined && spec.rollout !== rollout)) return undefined
  const { data: status } = RolloutCommandStatus.partial().safeParse(command.status ?? {})
  const { name, creationTimestamp, annotations } = command.metadata
  const by = stamped ? spec.requestedBy?.username : undefined
  const requestId = annotations?.[requestIdAnnotation]
  return {
    name,
    action: spec.action,
    ...(by ? { by } : {}),
    ...(spec.run === undefined ? {} : { run: spec.run }),
    ...(spec.step === undefined ? {} : { step: spec.step }),
    ...(spec.reason === undefined ? {} : { reason: spec.reason }),
    ...(requestId === undefined ? {} : { requestId }),
    phase: status?.phase ?? 'Pending',
    message: status?.message ?? 'The controller has not answered yet.',
    askedAt: creationTimestamp ?? '',
    ...(status?.at && status.phase !== 'Pending' ? { answeredAt: status.at } : {}),
  }
}
