import { embeddedTarget } from './embeddedTarget.ts'
import { conformanceSuite } from './suite.ts'

conformanceSuite(async () => embeddedTarget())
