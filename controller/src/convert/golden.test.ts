import { expect, test } from 'vitest'
import { convert } from './convert.ts'
import { manifestsText } from './manifests.ts'
import { examples } from './testing/examples.ts'

test.each(examples)('$name is converted into its golden file, with these findings', async ({ file, text, golden }) => {
  const { objects, findings } = convert([{ file, text }])
  const said = findings.map(({ line, severity, path, what, doInstead }) => `${line} ${severity} ${path}: ${what}. ${doInstead}`)
  expect(findings.filter(({ what }) => /mistake of this program|API server would refuse/.test(what))).toEqual([])
  await expect(manifestsText(objects)).toMatchFileSnapshot(`${golden}.yaml`)
  await expect(`${said.join('\n')}\n`).toMatchFileSnapshot(`${golden}.txt`)
})
