import { expect, test } from 'vitest'
import { relativeTo } from './page.ts'

const html = '<link href="./assets/a.css"><script src="./assets/a.js"></script>'

test('at every address the page names its files from where it is', () => {
  expect(relativeTo(html, '/')).toBe(html)
  expect(relativeTo(html, '/login?returnTo=/a/b')).toBe(html)
  expect(relativeTo(html, '/releases/shop/web')).toBe('<link href="../../assets/a.css"><script src="../../assets/a.js"></script>')
  expect(relativeTo(html, '/statistics/')).toBe('<link href="../assets/a.css"><script src="../assets/a.js"></script>')
})

test('what an address says never gets into the page', () => {
  expect(relativeTo(html, '/"><script>/x')).not.toContain('"><script>/')
  expect(relativeTo(html, '//evil.example/x')).not.toContain('evil')
})
