import { expect, test } from 'vitest'
import { imageText, tagText } from './imageText.ts'

test('an image is told by the end of its name and its tag or digest', () => {
  expect(imageText('registry.example:5000/shop/web:1.4.2')).toBe('web:1.4.2')
  expect(imageText('web')).toBe('web')
  expect(imageText('shop/web@sha256:0123456789abcdef0123')).toBe('web@0123456789ab')
  expect(imageText('shop/web:1.4@sha256:0123456789abcdef0123')).toBe('web:1.4')
})

test('a version is told by the tag alone', () => {
  expect(tagText('registry.example:5000/shop/web:1.4.2')).toBe('1.4.2')
  expect(tagText('registry.example:5000/shop/web')).toBe('latest')
  expect(tagText('web@sha256:0123456789abcdef0123')).toBe('0123456789ab')
})
