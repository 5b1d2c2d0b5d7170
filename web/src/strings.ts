import { report } from './strings/report.ts'
import { sources } from './strings/sources.ts'
import { statistics } from './strings/statistics.ts'
import { templates } from './strings/templates.ts'

/** Every word of the page. A sentence with values in it is a function. Another language is another object of the same shape. */
export const strings = {
  common: {
    product: 'Serin',
  },
  frame: {},
  login: {},
  releases: {},
  settings: {},
  release: {},
  actions: {},
  evidence: {},
  report,
  templates,
  sources,
  statistics,
  demo: {},
} as const
