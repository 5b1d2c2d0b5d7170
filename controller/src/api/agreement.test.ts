import fc from 'fast-check'
import { expect, test } from 'vitest'
import { defaulted } from '../../../sandbox/src/objects/defaults.ts'
import type { JsonMap } from '../../../sandbox/src/objects/json.ts'
import { pruned } from '../../../sandbox/src/objects/prune.ts'
import type { Schema } from '../../../sandbox/src/objects/schema.ts'
import { validate } from '../../../sandbox/src/objects/validate.ts'
import { crdOf } from './crd.ts'
import { kindNamed } from './kinds.ts'
import { lint } from './lint.ts'
import { apiVersion, RolloutSpec } from './rollout.ts'
import { arbitrarySpec, brokenSpec } from './testing/arbitraryRollout.ts'
import { refusedSpecs } from './testing/refusedSpecs.ts'

/** Lint, the CRD and the types are three readings of one schema: an API server must not tell another story than they do. */

const schema = crdOf(kindNamed('Rollout')).spec.versions[0]?.schema.openAPIV3Schema as Schema
const plain = (spec: unknown): JsonMap => JSON.parse(JSON.stringify({ apiVersion, kind: 'Rollout', metadata: { name: 'web' }, spec }))

/** What an API server with strict field validation says against an object. */
function serverSays(object: JsonMap): string[] {
  const { object: known, unknown } = pruned(schema, object)
  return [...unknown, ...validate(schema, defaulted(schema, known)).map(({ field, message }) => `${field}: ${message}`)]
}

function lintSays(object: JsonMap): string[] {
  return lint([object])
    .filter(({ severity }) => severity === 'error')
    .map(({ message }) => message)
}

test('lint and an API server refuse the same objects', () => {
  const refused = { both: 0, neither: 0 }
  fc.assert(
    fc.property(fc.oneof(arbitrarySpec, brokenSpec), (spec) => {
      const object = plain(spec)
      const [server, own] = [serverSays(object), lintSays(object)]
      expect({ server, own, agree: server.length > 0 === own.length > 0 }).toMatchObject({ agree: true })
      refused[own.length > 0 ? 'both' : 'neither']++
    }),
    { numRuns: 500 },
  )
  expect(Math.min(refused.both, refused.neither)).toBeGreaterThan(50)
})

test.each(Object.entries(refusedSpecs))('lint and an API server refuse %s in the same words', (_, spec) => {
  const object = plain(spec)
  const server = serverSays(object).join('\n')
  // The kind of a route is named by messageExpression on the server only.
  for (const message of lintSays(object)) expect(server).toContain(message.replace('for this kind;', 'for kind Ingress;'))
})

test('an API server stores what the types parse to', () => {
  fc.assert(
    fc.property(arbitrarySpec, (spec) => {
      expect(defaulted(schema, plain(spec)).spec).toEqual(JSON.parse(JSON.stringify(RolloutSpec.parse(spec))))
    }),
  )
})
