import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { typed } from '../testing/typing.ts'

const folder = mkdtempSync(join(tmpdir(), 'serin-convert-'))
afterAll(() => rmSync(folder, { recursive: true }))

const argo = join(folder, 'rollout.yaml')
writeFileSync(
  argo,
  [
    'apiVersion: argoproj.io/v1alpha1',
    'kind: Rollout',
    'metadata: {name: shop}',
    'spec:',
    '  restartAt: "2026-01-01T00:00:00Z"',
    '  workloadRef: {apiVersion: apps/v1, kind: Deployment, name: shop, scaleDown: never}',
    '  strategy:',
    '    blueGreen: {activeService: shop}',
    '---',
    'apiVersion: v1',
    'kind: Service',
    'metadata: {name: shop}',
    'spec: {selector: {app: shop}}',
  ].join('\n'),
)

test('objects go to standard output with where they came from, findings to standard error with file and line', async () => {
  const { code, out, err } = await typed(`convert -f ${argo}`)
  expect(code).toBe(0)
  const [rollout, service] = parseAllDocuments(out).map((document) => document.toJS())
  expect(rollout).toMatchObject({ apiVersion: 'serin.dev/v1alpha1', kind: 'Rollout', spec: { service: 'shop', blueGreen: {} } })
  expect(service).toEqual({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'shop' }, spec: { selector: { app: 'shop' } } })
  expect(out).toContain(`# from ${argo}:1 (Rollout of argoproj.io/v1alpha1, shop)`)
  expect(out).toContain(`# unchanged, from ${argo}:10`)
  expect(err).toContain(`${argo}:5: lost: spec.restartAt: restartAt is a command: say serin restart`)
  expect(err).toContain('1 object made, 1 unchanged; 1 lost, 0 changed, 0 to do')
})

test('what it prints passes serin lint', async () => {
  const { out } = await typed(`convert -f ${argo}`)
  expect((await typed('lint -f -', { stdin: out })).code).toBe(0)
})

test('--strict fails when something is lost, and not when nothing is', async () => {
  expect((await typed(`convert --strict -f ${argo}`)).code).toBe(1)
  const plain = 'apiVersion: v1\nkind: Service\nmetadata: {name: a}\n'
  expect((await typed('convert --strict -f -', { stdin: plain })).code).toBe(0)
})

test('--report json is for machines', async () => {
  const { err } = await typed(`convert --report json -f ${argo}`)
  expect(JSON.parse(err)).toMatchObject({
    converted: 1,
    unchanged: 1,
    findings: [{ file: argo, line: 5, severity: 'lost', path: 'spec.restartAt' }],
  })
})

test('-o json gives a List that kubectl takes, and --only-converted leaves the rest out', async () => {
  const all = JSON.parse((await typed(`convert -o json -f ${argo}`)).out)
  expect(all).toMatchObject({ apiVersion: 'v1', kind: 'List', items: [{ kind: 'Rollout' }, { kind: 'Service' }] })
  expect(JSON.parse((await typed(`convert -o json --only-converted -f ${argo}`)).out)).toMatchObject({ kind: 'Rollout' })
})

test('--from leaves the objects of others out, and says so', async () => {
  const { out, err } = await typed(`convert --from flagger -f ${argo}`)
  expect(out).not.toContain('serin.dev')
  expect(err).toContain(`${argo}:1: lost: Rollout of argoproj.io/v1alpha1 is not converted`)
})

test('--out-dir writes a file for each object', async () => {
  const { out } = await typed(`convert -f ${argo} --out-dir ${join(folder, 'out')}`)
  expect(out).toBe('')
  expect(readdirSync(join(folder, 'out')).sort()).toEqual(['rollout-shop.yaml', 'service-shop.yaml'])
  expect(readFileSync(join(folder, 'out', 'rollout-shop.yaml'), 'utf8')).toContain('kind: Rollout')
})

test('no file is usage', async () => {
  expect((await typed('convert')).code).toBe(3)
  expect((await typed(`convert -f ${folder}/none.yaml`)).code).toBe(3)
  expect((await typed('convert -f - --from spinnaker', { stdin: '' })).code).toBe(3)
})
