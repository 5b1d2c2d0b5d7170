import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults, RunOptions } from 'axe-core'
import type { Page } from 'playwright-core'

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe finds wrong with the page, a line for each rule and place: rules of WCAG 2.2 A and AA and axe's best practices. */
export async function violations(page: Page, only?: string[]): Promise<string[]> {
  // Evaluated by the debugger: the page's own policy would not load it.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(source)
  const options: RunOptions = { resultTypes: ['violations'], ...(only ? { runOnly: { type: 'rule', values: only } } : {}) }
  const results = await page.evaluate(
    (given) => (window as unknown as { axe: { run(of: Document, options: RunOptions): Promise<AxeResults> } }).axe.run(document, given),
    options,
  )
  return results.violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${help}: ${target.join(' ')}: ${failureSummary}`),
  )
}
