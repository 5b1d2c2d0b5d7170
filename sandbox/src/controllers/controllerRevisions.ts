import { ApiError, type Obj, type User } from '../types.ts'
import { type Context, targetOf } from './context.ts'
import { equal } from './equal.ts'
import { controllerOf, controllerReference } from './owners.ts'
import { templateHash } from './podTemplate.ts'

export const revisionLabel = 'controller-revision-hash'

export interface Revisions {
  /** All of the owner, oldest first. */
  all: Obj[]
  /** That of the template as it is now. */
  update: Obj
}

export const templateOf = (revision: Obj): Obj['spec'] => {
  const { $patch: _, ...template } = revision.data.spec.template
  return template
}

export const hashOf = (revision: Obj): string => revision.metadata.labels?.[revisionLabel] ?? ''

/** The history of a StatefulSet's or DaemonSet's template, with the present one as its newest entry; made or renumbered when it is not. */
export function syncRevisions(ctx: Context, as: User, owner: Obj): Revisions {
  const known = ctx.store
    .dependents(owner.metadata.uid)
    .filter((object) => object.kind === 'ControllerRevision' && controllerOf(object)?.uid === owner.metadata.uid)
    .sort((a, b) => a.revision - b.revision)
  const data = { spec: { template: { ...owner.spec.template, $patch: 'replace' } } }
  const newest = known.at(-1)
  const next = (newest?.revision ?? 0) + 1
  const same = known.findLast((revision) => equal(revision.data, data))
  if (!same) {
    const made = create(ctx, as, owner, data, next)
    return { all: [...known, made], update: made }
  }
  if (same === newest) return { all: known, update: same }
  const renumbered = ctx.api.patch(targetOf(same), { type: 'merge', body: { revision: next } }, { as })
  return { all: [...known.filter((revision) => revision !== same), renumbered], update: renumbered }
}

function create(ctx: Context, as: User, owner: Obj, data: unknown, revision: number): Obj {
  for (let collisions = owner.status?.collisionCount ?? 0; ; collisions++) {
    const hash = templateHash(owner.spec.template, collisions || undefined)
    try {
      return ctx.api.create(
        {
          apiVersion: 'apps/v1',
          kind: 'ControllerRevision',
          metadata: {
            name: `${owner.metadata.name}-${hash}`,
            namespace: owner.metadata.namespace,
            labels: { ...owner.spec.template.metadata?.labels, [revisionLabel]: hash },
            ownerReferences: [controllerReference(owner)],
          } as unknown as Obj['metadata'],
          data,
          revision,
        },
        { as },
      )
    } catch (error) {
      if (!(error instanceof ApiError) || error.reason !== 'AlreadyExists') throw error
    }
  }
}

/** Deletes the oldest revisions beyond revisionHistoryLimit that no pod and no status uses. */
export function cleanRevisions(ctx: Context, as: User, owner: Obj, { all, update }: Revisions, used: ReadonlySet<string>): void {
  const unused = all.filter((revision) => revision !== update && !used.has(revision.metadata.name) && !used.has(hashOf(revision)))
  const surplus = unused.slice(0, Math.max(0, unused.length - (owner.spec.revisionHistoryLimit ?? 10)))
  for (const revision of surplus) ctx.api.delete(targetOf(revision), { as, uid: revision.metadata.uid })
}
