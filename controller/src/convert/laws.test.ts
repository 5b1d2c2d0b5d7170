import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { lint } from '../api/lint.ts'
import { group } from '../api/rollout.ts'
import { pathText } from '../api/validate.ts'
import { convert } from './convert.ts'
import { examples } from './testing/examples.ts'

type Path = (string | number)[]
type Change = (value: unknown, path: Path) => unknown

const documents = examples.map(({ text }) => parseAllDocuments(text).map((document): unknown => document.toJS()))
const converted = (values: readonly unknown[]) =>
  convert([{ file: 'a.yaml', text: values.map((one) => JSON.stringify(one)).join('\n---\n') }])

/** Paths of all places below a value, outermost first. */
function places(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path]
  return [path, ...Object.entries(value).flatMap(([key, child]) => places(child, [...path, Array.isArray(value) ? Number(key) : key]))]
}

/** The value with one place of it another; undefined: without it. */
function changed(value: unknown, [key, ...rest]: Path, to: (value: unknown) => unknown): unknown {
  if (key === undefined) return to(value)
  if (Array.isArray(value)) {
    const item = changed(value[Number(key)], rest, to)
    return item === undefined ? value.toSpliced(Number(key), 1) : value.with(Number(key), item)
  }
  const { [key]: child, ...others } = value as Record<string, unknown>
  const item = changed(child, rest, to)
  return item === undefined ? others : { ...others, [key]: item }
}

const anything = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    -1,
    1e30,
    0.5,
    '',
    '10%',
    '{{ target }}',
    '{{',
    'a\nb',
    '\0',
    [],
    {},
    [null],
    { a: { b: [] } },
    '__proto__',
  ),
  fc.jsonValue({ maxDepth: 2 }),
)
const changes: fc.Arbitrary<Change> = fc.oneof(
  fc.constant<Change>(() => undefined),
  anything.map(
    (value): Change =>
      () =>
        value,
  ),
  fc.string({ maxLength: 12 }).map(
    (key): Change =>
      (value) => {
        if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
        const [[first, child] = ['', null], ...rest] = Object.entries(value)
        return Object.fromEntries([...rest, [`${first}${key}`, child]])
      },
  ),
)

/** An example with up to four places deleted, retyped or renamed. */
const mutated = fc
  .record({ example: fc.constantFrom(...documents), cuts: fc.array(fc.tuple(fc.nat(), fc.nat(), changes), { minLength: 1, maxLength: 4 }) })
  .map(({ example, cuts }) =>
    cuts.reduce<unknown[]>((values, [which, where, change]) => {
      const index = which % values.length
      const all = places(values[index])
      const path = all[where % all.length] ?? []
      return values.with(index, changed(values[index], path, (value) => change(value, path)) ?? null)
    }, example),
  )

describe('whatever is converted', () => {
  test('does not break the program, and what comes out is valid', { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(mutated, (values) => {
        const { objects, findings } = converted(values)
        expect(findings.filter(({ what }) => what.includes('mistake of this program'))).toEqual([])
        for (const { object, unchanged } of objects) {
          if (unchanged || !object.apiVersion.startsWith(`${group}/`)) continue
          expect(lint([object]).filter(({ severity }) => severity === 'error')).toEqual([])
        }
      }),
      { numRuns: 200 },
    )
  })

  test('does not vanish: each object by itself becomes something, or is listed', { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(mutated, (values) => {
        for (const value of values.filter((one) => one !== null && !isEmptyList(one))) {
          const { objects, findings } = converted([value])
          expect({ value, traces: objects.length + findings.length }).not.toMatchObject({ traces: 0 })
        }
      }),
      { numRuns: 100 },
    )
  })

  test('gives the same result again', () => {
    fc.assert(
      fc.property(mutated, (values) => {
        const plain = ({ objects, findings }: ReturnType<typeof convert>) => ({ objects: objects.map(({ object }) => object), findings })
        expect(plain(converted(values))).toEqual(plain(converted(values)))
      }),
      { numRuns: 50 },
    )
  })
})

function isEmptyList(value: unknown): boolean {
  const { items } = value as { items?: unknown }
  return Array.isArray(items) && items.length === 0
}

/** All kinds of the peers, in the versions that converters accept. */
const kindsOfPeers = [
  ...['Rollout', 'AnalysisTemplate', 'ClusterAnalysisTemplate', 'AnalysisRun', 'Experiment'].map((kind) => ['argoproj.io/v1alpha1', kind]),
  ...['Canary', 'MetricTemplate', 'AlertProvider'].map((kind) => ['flagger.app/v1beta1', kind]),
  ...['Rollout', 'TrafficRouting', 'BatchRelease', 'RolloutHistory'].map((kind) => ['rollouts.kruise.io/v1alpha1', kind]),
]

test.each(kindsOfPeers.map(([apiVersion, kind]) => ({ apiVersion, kind })))(
  '$kind of $apiVersion with next to nothing is listed',
  (head) => {
    const metadata = { name: 'shop' }
    for (const spec of [
      undefined,
      null,
      {},
      [],
      'text',
      { strategy: {} },
      { strategy: null },
      { strategy: { canary: {} }, workloadRef: {} },
    ])
      expect({ spec, said: converted([{ ...head, metadata, spec }]).findings.length > 0 }).toEqual({ spec, said: true })
  },
)

test.each(examples.map(({ name }, index) => ({ name, values: documents[index] ?? [] })))(
  'no field of $name is swallowed: another value in its place leaves a trace in the result or the findings',
  { timeout: 60_000 },
  ({ values }) => {
    const strange = { strange: 'value' }
    const before = traces(values)
    const silent = values.flatMap((value, index) =>
      places(value)
        .filter((path) => path.length > 0 && !written.test(path.join('.')) && !before.listed(index, path))
        .filter(
          (path) =>
            traces(
              values.with(
                index,
                changed(value, path, () => strange),
              ),
            ).text === before.text,
        )
        .map((path) => path.join('.')),
    )
    expect(silent).toEqual([])
  },
)

/** Everything that a reader of the result sees, and whether a place is in a part that is listed as a whole. */
function traces(values: readonly unknown[]): { text: string; listed(document: number, path: Path): boolean } {
  const { objects, findings } = convert(values.map((value, index) => ({ file: String(index), text: JSON.stringify(value) })))
  const parts = new Set(findings.map(({ file, path }) => `${file} ${path}`))
  return {
    text: JSON.stringify([objects.map(({ object }) => object), findings.map(({ path, severity, what }) => [path, severity, what])]),
    // Items of a List are objects by themselves.
    listed: (document, [...path]) =>
      (path[0] === 'items' ? path.splice(0, 2) : path).length > 0 &&
      path.some((_, length) => parts.has(`${document} ${pathText(path.slice(0, length + 1))}`)),
  }
}

/** What the API server writes, and the version of a List. */
const written = /(^|\.)(status|metadata\.(uid|generation))(\.|$)|^apiVersion$/
