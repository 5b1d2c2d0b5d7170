import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { typed } from '../testing/typing.ts'

const folder = mkdtempSync(join(tmpdir(), 'serin-lint-'))
afterAll(() => rmSync(folder, { recursive: true }))

const file = (name: string, ...lines: string[]): string => {
  const path = join(folder, name)
  writeFileSync(path, `${lines.join('\n')}\n`)
  return path
}

const rollout = file(
  'a-rollout.yaml',
  'apiVersion: serin.dev/v1alpha1',
  'kind: Rollout',
  'metadata: {name: shop, namespace: shop}',
  'spec:',
  '  workload: {name: shop}',
  '  analysis:',
  '    templates: [{name: http}]',
)
const template = file(
  'b-template.yaml',
  'apiVersion: serin.dev/v1alpha1',
  'kind: AnalysisTemplate',
  'metadata: {name: http, namespace: shop}',
  'spec:',
  '  metrics: [{name: web, preset: istioo}]',
)

test('files are checked against each other, and each finding names its own file and line', async () => {
  const alone = await typed(`lint --complete -f ${rollout}`)
  expect(alone.out).toMatch(/a-rollout\.yaml:7: error: .*there is no AnalysisTemplate http/)
  const both = await typed(`lint --complete -f ${rollout} -f ${template}`)
  expect(both.code).toBe(1)
  expect(both.out).not.toContain('there is no AnalysisTemplate')
  expect(both.out).toMatch(/b-template\.yaml:5: error: AnalysisTemplate\/http: .*istioo.*istio/)
  expect(both.out).toContain('in 2 files')
  expect((await typed(`lint --complete -f ${folder}`)).out).toBe(both.out)
  expect(JSON.parse((await typed(`lint -f ${folder} -o json`)).out)[0]).toMatchObject({ file: template, line: 5, document: 0 })
})

test('a file that cannot be read is said with its name, and none is usage', async () => {
  expect(await typed(`lint -f ${rollout} -f ${folder}/none.yaml`)).toMatchObject({
    code: 3,
    err: expect.stringContaining('none.yaml: there is no such file or folder'),
  })
  expect((await typed('lint')).code).toBe(3)
})
