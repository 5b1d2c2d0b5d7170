import type { Mutant } from '../mutants.ts'
import { pinned, routed } from './worlds.ts'

/** Of the admission policies: what holds while a run is under way, whatever tools write. */
export const policies: readonly Mutant[] = [
  {
    name: 'a diff leaves its mark',
    file: 'controller/src/api/policyRules.ts',
    find: '(object.spec.rules == oldObject.spec.rules || request.dryRun ? [] :',
    put: '(object.spec.rules == oldObject.spec.rules ? [] :',
    why: 'A server-side diff in mid-run shows an annotation that the same apply would not change: GitOps tools say OutOfSync.',
    breaks: 'an empty diff',
    where: routed,
  },
  {
    name: 'selector left to who applies',
    file: 'controller/src/api/policyRules.ts',
    find: "\"[JSONPatch{op: 'add', path: '/spec/selector', value: oldObject.spec.selector}]\",",
    put: '',
    why: 'Who writes the Service whole in mid-run takes the pin off: callers reach both versions past all weights.',
    breaks: 'callers stay on stable',
    where: pinned,
  },
]
