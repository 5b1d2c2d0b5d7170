import type { Doc } from './lint.ts'
import { at } from './rules.ts'

/** How documents are told apart and found, when one names another. */

/** The first of that group, kind and name. */
export function find(docs: readonly Doc[], inGroup: string, kind: string, name: string): Doc | undefined {
  return docs.find((doc) => groupOf(doc) === inGroup && doc.object.kind === kind && nameOf(doc) === name)
}

/** A manifest without a namespace goes wherever it is applied to: it may be the same. */
export function sameNamespace(a: Doc, b: Doc): boolean {
  const [one, other] = [at(a.object, 'metadata.namespace'), at(b.object, 'metadata.namespace')]
  return one === undefined || other === undefined || one === other
}

/** '' for the core group. */
export function groupOf({ object }: Doc): string {
  const text = String(object.apiVersion ?? '')
  return text.includes('/') ? (text.split('/')[0] ?? '') : ''
}

export function nameOf({ object }: Doc): string {
  return String(at(object, 'metadata.name') ?? '?')
}
