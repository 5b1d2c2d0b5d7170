import { courses } from './courses.ts'
import { everyWrite } from './everyWrite.ts'

// A file of its own, so that it runs beside the other.
everyWrite(courses.slice(1), { both: false, every: 2 })
