import { equal } from '../objects/json.ts'
import type { Obj } from '../types.ts'

/** Whether the next state says nothing new: only then is a write not stored and nobody told. */
export function unchanged(live: Obj, next: Obj): boolean {
  return (
    equal({ ...live.metadata, resourceVersion: '' }, { ...next.metadata, resourceVersion: '' }) &&
    equal(withoutMetadata(live), withoutMetadata(next))
  )
}

function withoutMetadata(object: Obj): unknown {
  const { metadata: _, ...rest } = object
  return rest
}
