// Adds up the reports of the test runs. A report that is missing is a failure: its run did not get that far.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const [folder, ...names] = process.argv.slice(2)
let passed = 0
let failed = 0
let skipped = 0
for (const name of names) {
  const file = join(folder, name)
  if (!existsSync(file)) {
    console.log(`no report ${name}: the run ended before it was written`)
    failed++
    continue
  }
  const report = JSON.parse(readFileSync(file, 'utf8'))
  passed += report.numPassedTests
  failed += report.numFailedTests
  skipped += report.numPendingTests + report.numTodoTests
  for (const { name: file, message, assertionResults } of report.testResults.filter(({ status }) => status === 'failed')) {
    const tests = assertionResults.filter(({ status }) => status === 'failed')
    for (const { fullName, failureMessages } of tests)
      console.log(`failed: ${file}: ${fullName}\n${failureMessages.join('\n').slice(0, 2000)}`)
    if (tests.length === 0) console.log(`failed to load: ${file}\n${message}`)
  }
  // A file that could not be loaded has no tests that could fail.
  failed += report.testResults.filter(({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0).length
}
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`)
process.exit(failed === 0 && passed > 0 ? 0 : 1)
