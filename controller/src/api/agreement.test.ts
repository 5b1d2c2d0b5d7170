import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { defaulted } from '../../../sandbox/src/objects/defaults.ts'
import type { JsonMap } from '../../../sandbox/src/objects/json.ts'
import { pruned } from '../../../sandbox/src/objects/prune.ts'
import type { Schema } from '../../../sandbox/src/objects/schema.ts'
import { validate } from '../../../sandbox/src/objects/validate.ts'
import { crdOf } from './crd.ts'
import { kindNamed } from './kinds.ts'
import { schemaProblems } from './lint.ts'
import { apiVersion } from './rollout.ts'
import { broken } from './testing/broken.ts'
import { kindCases } from './testing/kindCases.ts'

/** Lint, the CRD and the types are three readings of one schema: an API server must not tell another story than they do. */

describe.each(kindCases)('$kind', ({ kind, spec: types, valid, refused: refusedSpecs }) => {
  const schema = crdOf(kindNamed(kind)).spec.versions[0]?.schema.openAPIV3Schema as Schema
  const plain = (spec: unknown): JsonMap => JSON.parse(JSON.stringify({ apiVersion, kind, metadata: { name: 'web' }, spec }))

  /** What an API server with strict field validation says against an object. */
  function serverSays(object: JsonMap): string[] {
    const { object: known, unknown } = pruned(schema, object)
    return [...unknown, ...validate(schema, defaulted(schema, known)).map(({ field, message }) => `${field}: ${message}`)]
  }

  /** Apart from what queries mean and other objects are, which is not for the API server to know. */
  function lintSays(object: JsonMap): string[] {
    return schemaProblems(kindNamed(kind), object)
      .filter(({ severity }) => severity !== 'warning')
      .map(({ message }) => message)
  }

  test('lint and an API server refuse the same objects', () => {
    const refused = { both: 0, neither: 0 }
    fc.assert(
      fc.property(fc.oneof(valid, broken(valid)), (spec) => {
        const object = plain(spec)
        const [server, own] = [serverSays(object), lintSays(object)]
        expect({ server, own, agree: server.length > 0 === own.length > 0 }).toMatchObject({ agree: true })
        refused[own.length > 0 ? 'both' : 'neither']++
      }),
      { numRuns: 400 },
    )
    expect(Math.min(refused.both, refused.neither)).toBeGreaterThan(40)
  })

  test.each(Object.entries(refusedSpecs))('lint and an API server refuse %s in the same words', (_, spec) => {
    const object = plain(spec)
    const server = serverSays(object).join('\n')
    expect(lintSays(object)).not.toEqual([])
    // The kind of a route is named by messageExpression on the server only.
    for (const message of lintSays(object)) expect(server).toContain(message.replace('for this kind;', 'for kind Ingress;'))
  })

  test('an API server stores what the types parse to', () => {
    fc.assert(
      fc.property(valid, (spec) => {
        expect(defaulted(schema, plain(spec)).spec).toEqual(JSON.parse(JSON.stringify(types.parse(spec))))
      }),
    )
  })

  test('what the types refuse, lint refuses', () => {
    fc.assert(
      fc.property(broken(valid), (spec) => {
        if (!types.safeParse(JSON.parse(JSON.stringify(spec))).success) expect(lintSays(plain(spec))).not.toEqual([])
      }),
      { numRuns: 300 },
    )
  })
})
