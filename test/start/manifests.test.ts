import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { lintText } from '../../controller/src/api/lintText.ts'
import { imageBook, manifest, manifestFolder, serviceNames, withTag } from '../../scripts/start/services.ts'

describe.each(serviceNames)('the manifest of %s', (name) => {
  test('is one that `serin lint` has nothing to say about', () => {
    const texts = [name, 'gateway', 'metrics'].map((file) => readFileSync(new URL(`${file}.yaml`, manifestFolder), 'utf8'))
    expect(lintText(texts.join('---\n'), { complete: true })).toEqual([])
  })

  test('begins with an image that is in the image book, and takes another tag', () => {
    const imageOf = (objects: ReturnType<typeof manifest>) =>
      objects.find(({ kind }) => kind === 'Deployment')?.spec.template.spec.containers[0].image
    expect(imageBook()).toHaveProperty([imageOf(manifest(name))])
    const before = manifest(name)
    expect(imageOf(withTag(before, 'v9'))).toBe(`${name}:v9`)
    expect(imageOf(before)).toBe(`${name}:v1`)
  })
})
