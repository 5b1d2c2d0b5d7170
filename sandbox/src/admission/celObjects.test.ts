import { expect, it } from 'vitest'
import { fromCel } from '../objects/cel.ts'
import { withoutMessages } from './celObjects.ts'
import { evaluate } from './policyDialect.ts'

it.each([
  ['Object{}', 'dyn({})'],
  ["Object{metadata: Object.metadata{labels: {'a': 'b'}}}", `dyn({"metadata": dyn({"labels": {'a': 'b'}})})`],
  ["[JSONPatch{op: 'add', path: '/a', value: {'x': 1}}]", `[dyn({"op": 'add', "path": '/a', "value": {'x': 1}})]`],
  ['Object{ spec : Object.spec{ x__dash__y : 1 } }', 'dyn({ "spec" : dyn({ "x-y" : 1 }) })'],
  ["object.a == 'Object{x: 1}'", "object.a == 'Object{x: 1}'"],
  ['{"a": JSONPatch{op: x ? y : z, path: p}}', '{"a": dyn({"op": x ? y : z, "path": p})}'],
  ['a ? b : c', 'a ? b : c'],
])('%s', (source, expected) => {
  expect(withoutMessages(source)).toBe(expected)
})

it('gives what the message would hold', () => {
  const source =
    "Object{spec: Object.spec{replicas: 1 + 1, list: [Object.spec.list{name: 'x'}], other: true ? Object.spec.other{} : Object.spec.other{a: 1}}}"
  expect(fromCel(evaluate(source, {}))).toEqual({ spec: { replicas: 2, list: [{ name: 'x' }], other: {} } })
})
