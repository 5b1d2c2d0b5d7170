import type { Verb } from './verb.ts'
import { abort } from './verbs/abort.ts'
import { analyze } from './verbs/analyze.ts'
import { approve } from './verbs/approve.ts'
import { backtest } from './verbs/backtest.ts'
import { complete } from './verbs/complete.ts'
import { completion } from './verbs/completion.ts'
import { convert } from './verbs/convert.ts'
import { dashboard } from './verbs/dashboard.ts'
import { explain } from './verbs/explain.ts'
import { get } from './verbs/get.ts'
import { judge } from './verbs/judge.ts'
import { lint } from './verbs/lint.ts'
import { list } from './verbs/list.ts'
import { migrate } from './verbs/migrate.ts'
import { notify } from './verbs/notify.ts'
import { pause } from './verbs/pause.ts'
import { plan } from './verbs/plan.ts'
import { promote } from './verbs/promote.ts'
import { record } from './verbs/record.ts'
import { reject } from './verbs/reject.ts'
import { release } from './verbs/release.ts'
import { restart } from './verbs/restart.ts'
import { resume } from './verbs/resume.ts'
import { retry } from './verbs/retry.ts'
import { sources } from './verbs/sources.ts'
import { status } from './verbs/status.ts'
import { undo } from './verbs/undo.ts'
import { version } from './verbs/version.ts'

/** Every verb, in the order of the help. A new verb is a file and a line here. */
export const verbs: readonly Verb[] = [
  get,
  list,
  status,
  dashboard,
  explain,
  promote,
  pause,
  resume,
  abort,
  retry,
  undo,
  restart,
  approve,
  reject,
  release,
  migrate,
  analyze,
  record,
  sources,
  notify,
  lint,
  convert,
  judge,
  plan,
  backtest,
  version,
  completion,
  complete,
]
