import type { TargetKind } from '../../api/notifier.ts'
import { email } from './email.ts'
import { github } from './github.ts'
import { opsgenie } from './opsgenie.ts'
import { pagerDuty } from './pagerDuty.ts'
import { slack } from './slack.ts'
import type { Target } from './target.ts'
import { teams } from './teams.ts'
import { webhook } from './webhook.ts'

/** Every kind of target. A new one is a file here and a line. */
export const targets: { readonly [K in TargetKind]: Target<K> } = { slack, teams, webhook, email, pagerDuty, opsgenie, github }
